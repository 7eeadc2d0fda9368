"""What came out of checks, as far back as it is kept."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class CheckRun(Model):
    """One run of one check. Either it has `violations`, or `error` says why it did not end."""

    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    kind = fields.TextField()
    at = fields.DatetimeField()
    seconds = fields.FloatField()
    violations = fields.IntField(null=True)
    samples = ArrayField(element_type="text")
    error = fields.TextField(null=True)

    class Meta:
        table = "check_runs"
