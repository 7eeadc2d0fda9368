"""Orders, their lines and their holds."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class OrderState(StrEnum):
    """The order's own state; allocation and fulfilment are derived from its units."""

    OPEN = "OPEN"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"


class Sourcing(StrEnum):
    """Where an order stands with sourcing. WAITING is what the allocation worker takes."""

    WAITING = "WAITING"
    ON_HOLD = "ON_HOLD"
    BACKORDERED = "BACKORDERED"
    SOURCED = "SOURCED"
    NONE = "NONE"


class AllocationStatus(StrEnum):
    """How far the order's units are promised by warehouses; computed by the database."""

    NOT_NEEDED = "NOT_NEEDED"
    UNALLOCATED = "UNALLOCATED"
    PARTLY_ALLOCATED = "PARTLY_ALLOCATED"
    ALLOCATED = "ALLOCATED"


class FulfilmentStatus(StrEnum):
    """How far the order's units have left; computed by the database."""

    UNFULFILLED = "UNFULFILLED"
    PARTLY_SHIPPED = "PARTLY_SHIPPED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class HoldReason(StrEnum):
    """Why an order waits."""

    PAYMENT = "PAYMENT"
    FRAUD = "FRAUD"
    ADDRESS = "ADDRESS"
    CUSTOMER_REQUEST = "CUSTOMER_REQUEST"
    STOCK = "STOCK"
    OTHER = "OTHER"


class Order(Model):
    """One customer's purchase on one channel. Written by SQL in its use cases; read here."""

    id = fields.UUIDField(primary_key=True)
    number = fields.BigIntField(unique=True)
    channel_id = fields.UUIDField()
    external_reference = fields.TextField()
    content_hash = fields.BinaryField()
    customer_reference = fields.TextField()
    ship_to = fields.JSONField[dict[str, Any]]()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    located_by = fields.TextField(null=True)
    located_part = fields.TextField(null=True)
    currency = fields.TextField()
    subtotal_minor = fields.BigIntField()
    platform_discount_minor = fields.BigIntField()
    merchant_discount_minor = fields.BigIntField()
    shipping_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    priority = fields.SmallIntField()
    stock_policy = fields.TextField()
    split_policy = fields.TextField()
    max_shipments = fields.SmallIntField()
    placed_at = fields.DatetimeField()
    promised_by = fields.DatetimeField(null=True)
    taken_in_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    state = fields.TextField()
    sourcing = fields.TextField()
    units = fields.BigIntField()
    units_cancelled = fields.BigIntField()
    units_allocated = fields.BigIntField()
    units_shipped = fields.BigIntField()
    units_delivered = fields.BigIntField()
    allocation_status = fields.TextField()
    fulfilment_status = fields.TextField()
    version = fields.BigIntField()
    tags = ArrayField(element_type="text", default=list)
    tagged = ArrayField(element_type="text", null=True)  # the same, computed; NULL where there are none
    source_again_at = fields.DatetimeField(null=True)
    cancel_unfilled_at = fields.DatetimeField(null=True)
    external_updated_at = fields.DatetimeField(null=True)
    stated_by = fields.UUIDField(null=True)

    class Meta:
        table = "orders"


class OrderLine(Model):
    """One SKU of an order, with its price as it was and what became of its units."""

    id = fields.UUIDField(primary_key=True)
    order_id = fields.UUIDField()
    position = fields.SmallIntField()
    variant_id = fields.UUIDField()
    sku = fields.TextField()
    name = fields.TextField()
    quantity = fields.IntField()
    unit_price_minor = fields.BigIntField()
    platform_discount_minor = fields.BigIntField()
    merchant_discount_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    unit_cost_minor = fields.BigIntField(null=True)
    cancelled = fields.IntField()
    allocated = fields.IntField()
    shipped = fields.IntField()
    delivered = fields.IntField()
    open_units = fields.IntField()

    class Meta:
        table = "order_lines"


class OrderHold(Model):
    """A reason why an order must not be sourced, until somebody releases it."""

    id = fields.UUIDField(primary_key=True)
    order_id = fields.UUIDField()
    reason = fields.TextField()
    note = fields.TextField()
    placed_at = fields.DatetimeField()
    placed_by = fields.TextField()
    released_at = fields.DatetimeField(null=True)
    released_by = fields.TextField(null=True)

    class Meta:
        table = "order_holds"
