"""How far platforms were asked for orders, as rows."""

from tortoise import fields
from tortoise.models import Model


class ChannelPoll(Model):
    """How far a channel has been polled, and swept."""

    channel_id = fields.UUIDField(primary_key=True)
    complete_to = fields.DatetimeField()
    moved_at = fields.DatetimeField()
    poll_from = fields.DatetimeField(null=True)
    window_until = fields.DatetimeField(null=True)
    page = fields.TextField(null=True)
    version = fields.BigIntField(default=0)
    next_at = fields.DatetimeField()
    polling_until = fields.DatetimeField(null=True)
    polled_at = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)
    swept_to = fields.DateField()
    sweep_after = fields.DatetimeField()
    sweep_page = fields.TextField(null=True)
    sweep_pages = fields.IntField(default=0)

    class Meta:
        table = "channel_polls"


class ChannelDay(Model):
    """A past day of a channel, compared with the platform's own list."""

    # Tortoise wants one primary key column; the table's key is (channel_id, day)
    channel_id = fields.UUIDField(primary_key=True)
    day = fields.DateField()
    theirs = fields.IntField()
    missing = fields.IntField()
    swept_at = fields.DatetimeField()

    class Meta:
        table = "channel_days"


class ChannelDayOrder(Model):
    """An order that the platform listed of a day which is being compared."""

    # as above: the table's key is (channel_id, day, reference)
    channel_id = fields.UUIDField(primary_key=True)
    day = fields.DateField()
    reference = fields.TextField()
    missing = fields.BooleanField()

    class Meta:
        table = "channel_day_orders"
