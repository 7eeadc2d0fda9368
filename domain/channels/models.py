"""Where orders come from and stock is announced to."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class ChannelKind(StrEnum):
    """What sort of selling place a channel is."""

    ONLINE_STORE = "ONLINE_STORE"
    POS = "POS"
    MARKETPLACE = "MARKETPLACE"
    SOCIAL = "SOCIAL"
    B2B = "B2B"


class Channel(Model):
    """A selling place; it may sell `stock_share_bp` / 10,000 of what is available, less `stock_buffer` units."""

    id = fields.UUIDField(primary_key=True)
    code = fields.TextField()
    name = fields.TextField()
    kind = fields.TextField()
    platform = fields.TextField(default="generic")
    currency = fields.TextField()
    timezone = fields.TextField()
    priority = fields.SmallIntField(default=0)
    stock_share_bp = fields.IntField(default=10000)
    stock_buffer = fields.IntField(default=0)
    active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()
    settings = fields.JSONField[dict[str, Any]](default=dict)
    settings_version = fields.IntField(default=1)

    class Meta:
        table = "channels"


class ChannelLink(Model):
    """How it goes with a channel's platform."""

    channel_id = fields.UUIDField(primary_key=True)
    not_before = fields.DatetimeField(null=True)
    stated_until = fields.DatetimeField(null=True)
    failures = fields.IntField(default=0)
    last_ok_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)
    last_error_at = fields.DatetimeField(null=True)
    pushing_until = fields.DatetimeField(null=True)
    push_epoch = fields.IntField(default=0)
    observing_until = fields.DatetimeField(null=True)
    observe_after = fields.DatetimeField()

    class Meta:
        table = "channel_links"


class ChannelToken(Model):
    """How it stands with a channel's access token, where that renews itself."""

    channel_id = fields.UUIDField(primary_key=True)
    epoch = fields.IntField(default=0)
    good_until = fields.DatetimeField(null=True)
    renew_at = fields.DatetimeField(null=True)
    renewed_at = fields.DatetimeField(null=True)
    renewing_until = fields.DatetimeField(null=True)
    retry_at = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)

    class Meta:
        table = "channel_tokens"
