"""API keys and the memory of idempotent requests."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class ApiKey(Model):
    """A bearer's key. Only a keyed digest of its secret is stored."""

    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    prefix = fields.TextField()
    digest = fields.BinaryField()
    scopes = ArrayField(element_type="text")
    channel_ids = ArrayField(element_type="uuid", null=True)
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_keys"
