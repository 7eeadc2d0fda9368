"""Inbound messages, and the changes of orders that follow from them, as rows."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class InboundMessage(Model):
    """One thing that a platform told us. Written by SQL; read here, without what lists must not carry: its body."""

    id = fields.UUIDField(primary_key=True)
    channel_id = fields.UUIDField()
    source = fields.TextField()
    topic = fields.TextField()
    delivery_id = fields.TextField(null=True)
    event_id = fields.TextField(null=True)
    reference = fields.TextField(null=True)
    external_updated_at = fields.DatetimeField(null=True)
    sha256 = fields.BinaryField()
    body_bytes = fields.IntField()
    received_at = fields.DatetimeField()
    times_received = fields.IntField(default=1)
    last_received_at = fields.DatetimeField()
    outcome = fields.TextField()
    outcome_at = fields.DatetimeField(null=True)
    mapping_version = fields.TextField(null=True)
    order_id = fields.UUIDField(null=True)
    code = fields.TextField(null=True)
    field = fields.TextField(null=True)
    detail = fields.TextField(null=True)
    replays = fields.IntField(default=0)

    class Meta:
        table = "inbound_messages"


class OrderChange(Model):
    """What a channel changed about an order; `fields` are its differences."""

    id = fields.UUIDField(primary_key=True)
    order_id = fields.UUIDField()
    message_id = fields.UUIDField()
    kind = fields.TextField()
    state = fields.TextField()
    fields_ = fields.JSONField[list[dict[str, Any]]](source_field="fields")
    code = fields.TextField(null=True)
    detail = fields.TextField(null=True)
    note = fields.TextField(default="")
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.TextField(null=True)

    class Meta:
        table = "order_changes"
