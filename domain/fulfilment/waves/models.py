"""Waves: fulfilment orders of one warehouse that are picked together."""

from enum import StrEnum

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class WaveState(StrEnum):
    """Where a wave stands."""

    OPEN = "OPEN"
    RELEASED = "RELEASED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class Wave(Model):
    """A unit of work of a warehouse. Written by SQL in its use cases; read here."""

    id = fields.UUIDField(primary_key=True)
    number = fields.BigIntField(unique=True)
    warehouse_id = fields.UUIDField()
    state = fields.TextField()
    ship_by = fields.DateField()
    sourced_before = fields.DatetimeField(null=True)
    channel_ids = ArrayField(element_type="uuid", null=True)
    priorities = ArrayField(element_type="smallint", null=True)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    released_at = fields.DatetimeField(null=True)
    released_by = fields.TextField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.TextField(null=True)

    class Meta:
        table = "waves"


class WaveMember(Model):
    """A fulfilment order that is, or was, in a wave."""

    # the key is the pair; Tortoise wants one column, and nothing here is written through it
    fulfilment_order_id = fields.UUIDField(primary_key=True)
    wave_id = fields.UUIDField()
    position = fields.SmallIntField()
    left_at = fields.DatetimeField(null=True)
    left_because = fields.TextField(null=True)
    left_by = fields.TextField(null=True)

    class Meta:
        table = "wave_members"
