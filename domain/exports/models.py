"""Exports: what was asked for, and how far it is."""

from enum import StrEnum
from typing import Any, Final

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from domain.jobs.kinds import JobKind
from domain.jobs.long_work import LongWork

EXPORTS: Final = LongWork(kind=JobKind.EXPORT, table="exports", named="export_id")


class ExportState(StrEnum):
    """WAITING -> RUNNING -> DONE, FAILED or CANCELLED."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Export(Model):
    """A file that somebody asked for, how far it is written, and until when it is kept."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.TextField()
    format = fields.TextField()
    what = fields.JSONField[dict[str, Any]]()
    bom = fields.BooleanField()
    channel_ids = ArrayField(element_type="uuid", null=True)
    file_name = fields.TextField()
    state = fields.TextField()
    epoch = fields.IntField(default=0)
    position = fields.JSONField[list[Any]](null=True)
    rows = fields.BigIntField(default=0)
    written = fields.BigIntField(default=0)
    bytes = fields.BigIntField(default=0)
    done = fields.FloatField(default=0.0)
    code = fields.TextField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    updated_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    pruned_at = fields.DatetimeField(null=True)

    class Meta:
        table = "exports"
