"""Places that stock and ship."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class Warehouse(Model):
    """A place that ships: where it is, what a parcel costs from it, and when it closes."""

    id = fields.UUIDField(primary_key=True)
    code = fields.TextField()
    name = fields.TextField()
    country_code = fields.TextField()
    city = fields.TextField(default="")
    postcode = fields.TextField(default="")
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    located_by = fields.TextField(null=True)
    timezone = fields.TextField()
    cutoff_minute = fields.SmallIntField()
    daily_capacity = fields.IntField(null=True)
    shipment_minor = fields.BigIntField()
    kg_minor = fields.BigIntField()
    km_millis = fields.BigIntField()
    priority = fields.SmallIntField(default=0)
    active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()
    working_days = ArrayField(element_type="smallint", default=lambda: [1, 2, 3, 4, 5, 6, 7])
    regions = ArrayField(element_type="text", null=True)

    class Meta:
        table = "warehouses"
