"""Shadow figures: what a day would have cost without and with bid prices."""

from tortoise import fields
from tortoise.models import Model


class BidPriceShadow(Model):
    """One day (UTC), replayed under the rules of the morning after."""

    day = fields.DateField(primary_key=True)
    rule_set_id = fields.UUIDField()
    counted = fields.BooleanField()
    until = fields.DatetimeField()
    currency = fields.TextField()
    orders = fields.IntField()
    different = fields.IntField()
    lines = fields.IntField()
    lines_filled_without = fields.IntField()
    lines_filled_with = fields.IntField()
    shipments_without = fields.IntField()
    shipments_with = fields.IntField()
    minor_without = fields.BigIntField()
    minor_with = fields.BigIntField()
    computed_at = fields.DatetimeField()

    class Meta:
        table = "bid_price_shadow"
