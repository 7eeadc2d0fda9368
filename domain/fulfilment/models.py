"""Fulfilment orders: one warehouse's part of an order."""

from tortoise import fields
from tortoise.models import Model


class FulfilmentOrder(Model):
    """What one warehouse is to ship of one order, and how far it is."""

    id = fields.UUIDField(primary_key=True)
    number = fields.BigIntField(unique=True)
    order_id = fields.UUIDField()
    warehouse_id = fields.UUIDField()
    decision_id = fields.UUIDField()
    state = fields.TextField()
    currency = fields.TextField()
    cost_minor = fields.BigIntField()
    distance_km = fields.FloatField(null=True)
    weight_g = fields.BigIntField()
    carrier = fields.TextField(null=True)
    tracking_number = fields.TextField(null=True)
    reject_reason = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    shipped_at = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    planned_ship_on = fields.DateField(null=True)
    arrives_on = fields.DateField(null=True)
    late = fields.BooleanField(default=False)
    moved_by = fields.UUIDField(null=True)
    releasable_at = fields.DatetimeField(null=True)

    class Meta:
        table = "fulfilment_orders"
