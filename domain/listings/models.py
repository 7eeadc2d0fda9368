"""Listings: what a channel sells of a variant, what it was told, and what it said to that."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class Drift(StrEnum):
    """How far a channel is from what it should know."""

    NOT_HEARD = "NOT_HEARD"  # it has not confirmed the quantity it should have
    DIFFERS = "DIFFERS"  # it confirmed one quantity and was seen to have another, or none


class Listing(Model):
    """One thing a channel sells. Versions number the desired quantities; sent and acked name theirs."""

    id = fields.UUIDField(primary_key=True)
    channel_id = fields.UUIDField()
    variant_id = fields.UUIDField()
    external_ids = fields.JSONField[dict[str, Any]]()
    external_key = fields.TextField()
    active = fields.BooleanField(default=True)
    desired = fields.BigIntField(default=0)
    desired_version = fields.BigIntField(default=1)
    desired_at = fields.DatetimeField()
    sent = fields.BigIntField(null=True)
    sent_version = fields.BigIntField(default=0)
    sent_at = fields.DatetimeField(null=True)
    acked = fields.BigIntField(null=True)
    acked_version = fields.BigIntField(default=0)
    acked_at = fields.DatetimeField(null=True)
    observed = fields.BigIntField(null=True)
    observed_at = fields.DatetimeField(null=True)
    looked_at = fields.DatetimeField(null=True)
    unheard_since = fields.DatetimeField(null=True)  # computed
    differs_since = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)
    attempts = fields.IntField(default=0)
    retry_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "listings"


class StockPush(Model):
    """One request to a platform, and how it was answered."""

    id = fields.UUIDField(primary_key=True)
    channel_id = fields.UUIDField()
    listings = fields.IntField()
    heard = fields.IntField()
    status = fields.IntField(null=True)
    error = fields.TextField(null=True)
    sent_at = fields.DatetimeField()
    answered_at = fields.DatetimeField()

    class Meta:
        table = "stock_pushes"
