"""Re-evaluations: what was asked, what they did."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class ReevaluationState(StrEnum):
    """WAITING -> RUNNING -> DONE, or FAILED; back to RUNNING when it is tried again."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Reevaluation(Model):
    """One run over all open orders."""

    id = fields.UUIDField(primary_key=True)
    state = fields.TextField()
    rule_set_id = fields.UUIDField(null=True)
    currency = fields.TextField(null=True)
    considered = fields.IntField(default=0)
    proposed = fields.IntField(default=0)
    moved = fields.IntField(default=0)
    filled = fields.IntField(default=0)
    saved_minor = fields.BigIntField(default=0)
    plan_seconds = fields.FloatField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sourcing_reevaluations"
