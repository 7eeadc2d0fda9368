"""Jobs: the truth about what is still to be done; Redis only wakes workers up for them."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class JobState(StrEnum):
    """WAITING -> RUNNING -> gone, or back to WAITING after a failure, or DEAD after too many."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DEAD = "DEAD"


class Job(Model):
    """One thing to do. `epoch` rises with every claim, so that an older holder cannot finish it."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.TextField()
    payload = fields.JSONField[dict[str, Any]]()
    state = fields.TextField()
    epoch = fields.IntField(default=0)
    attempts = fields.IntField(default=0)
    run_after = fields.DatetimeField()
    pushed_at = fields.DatetimeField(null=True)
    lease_until = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "jobs"
