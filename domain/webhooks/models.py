"""Outbound webhooks: endpoints, deliveries, attempts."""

from enum import StrEnum

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class EndpointState(StrEnum):
    """Whether an endpoint is sent anything."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DeliveryState(StrEnum):
    """PENDING until it is taken; FAILED when its last attempt failed, until it is asked for again."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class WebhookEndpoint(Model):
    """An address of a partner that is told about orders."""

    id = fields.UUIDField(primary_key=True)
    url = fields.TextField()
    description = fields.TextField(default="")
    kinds = ArrayField(element_type="text", null=True)  # None: every kind of order event
    channel_ids = ArrayField(element_type="uuid", null=True)  # None: orders of every channel
    state = fields.TextField()
    disabled_because = fields.TextField(null=True)
    failures = fields.IntField(default=0)
    not_before = fields.DatetimeField(null=True)
    last_ok_at = fields.DatetimeField(null=True)
    sending_until = fields.DatetimeField(null=True)
    send_epoch = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "webhook_endpoints"


class WebhookDelivery(Model):
    """One event for one endpoint."""

    id = fields.UUIDField(primary_key=True)
    endpoint_id = fields.UUIDField()
    event_id = fields.BigIntField()
    order_id = fields.UUIDField()
    position = fields.BigIntField()
    state = fields.TextField()
    attempts = fields.IntField(default=0)
    next_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    delivered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook_deliveries"


class WebhookAttempt(Model):
    """One attempt at a delivery."""

    id = fields.UUIDField(primary_key=True)
    delivery_id = fields.UUIDField()
    at = fields.DatetimeField()
    took_ms = fields.IntField()
    status = fields.IntField(null=True)
    error = fields.TextField(null=True)
    answer = fields.TextField(default="")

    class Meta:
        table = "webhook_attempts"
