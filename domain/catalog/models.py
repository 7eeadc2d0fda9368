"""Products and their sellable variants."""

from tortoise import fields
from tortoise.models import Model


class Product(Model):
    """What is described once and sold in variants."""

    id = fields.UUIDField(primary_key=True)
    code = fields.TextField()
    name = fields.TextField()
    brand = fields.TextField(default="")
    category = fields.TextField(default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "products"


class Variant(Model):
    """What is stocked and sold: one SKU."""

    id = fields.UUIDField(primary_key=True)
    product_id = fields.UUIDField()
    sku = fields.TextField()
    name = fields.TextField()
    barcode = fields.TextField(null=True)
    weight_g = fields.IntField()
    unit_cost_minor = fields.BigIntField(null=True)
    unit_cost_currency = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "variants"
