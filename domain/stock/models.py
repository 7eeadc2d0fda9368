"""Levels, their ledger, holds and transfers."""

from tortoise import fields
from tortoise.models import Model


class StockLevel(Model):
    """What one warehouse has of one variant. Written by `domain.stock.move` alone."""

    # Tortoise wants one primary key column; the table's key is (variant_id, warehouse_id)
    variant_id = fields.UUIDField(primary_key=True)
    warehouse_id = fields.UUIDField()
    on_hand = fields.BigIntField()
    allocated = fields.BigIntField()
    held = fields.BigIntField()
    unsellable = fields.BigIntField()
    incoming = fields.BigIntField()
    safety = fields.BigIntField()
    version = fields.BigIntField()

    class Meta:
        table = "stock_levels"


class StockEntry(Model):
    """One change of a level: five deltas and why. Immutable."""

    id = fields.BigIntField(primary_key=True)
    variant_id = fields.UUIDField()
    warehouse_id = fields.UUIDField()
    version = fields.BigIntField()
    on_hand = fields.BigIntField()
    allocated = fields.BigIntField()
    held = fields.BigIntField()
    unsellable = fields.BigIntField()
    incoming = fields.BigIntField()
    reason = fields.TextField()
    document_kind = fields.TextField()
    document_id = fields.UUIDField(null=True)
    note = fields.TextField()
    actor = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "stock_entries"


class Hold(Model):
    """Units set aside for a while."""

    id = fields.UUIDField(primary_key=True)
    variant_id = fields.UUIDField()
    warehouse_id = fields.UUIDField()
    quantity = fields.BigIntField()
    reference = fields.TextField()
    state = fields.TextField()
    expires_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    actor = fields.TextField()

    class Meta:
        table = "holds"


class Transfer(Model):
    """Units on their way between two warehouses."""

    id = fields.UUIDField(primary_key=True)
    variant_id = fields.UUIDField()
    from_warehouse_id = fields.UUIDField()
    to_warehouse_id = fields.UUIDField()
    quantity = fields.BigIntField()
    state = fields.TextField()
    sent_at = fields.DatetimeField()
    received_at = fields.DatetimeField(null=True)
    actor = fields.TextField()

    class Meta:
        table = "transfers"
