"""Imports and the rows of theirs that were refused."""

from enum import StrEnum
from typing import Any, Final

from tortoise import fields
from tortoise.models import Model

from domain.jobs.kinds import JobKind
from domain.jobs.long_work import LongWork

IMPORTS: Final = LongWork(kind=JobKind.IMPORT, table="imports", named="import_id")


class ImportState(StrEnum):
    """UPLOADING -> WAITING -> RUNNING -> DONE, FAILED or CANCELLED; PAUSED until it is resumed."""

    UPLOADING = "UPLOADING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class ImportFormat(StrEnum):
    """How the file is written."""

    JSONL = "JSONL"
    CSV = "CSV"


class Import(Model):
    """A file of orders, how far it is worked off, and what became of its rows."""

    id = fields.UUIDField(primary_key=True)
    channel_id = fields.UUIDField()
    format = fields.TextField()
    file_name = fields.TextField()
    reading = fields.JSONField[dict[str, Any]]()
    state = fields.TextField()
    epoch = fields.IntField(default=0)
    received = fields.BigIntField(default=0)
    read_bytes = fields.BigIntField(default=0)
    position = fields.BigIntField(default=0)
    lines = fields.BigIntField(default=0)
    rows = fields.BigIntField(default=0)
    placed = fields.BigIntField(default=0)
    replayed = fields.BigIntField(default=0)
    refused = fields.BigIntField(default=0)
    pause_at = fields.BigIntField()
    code = fields.TextField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    updated_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    pruned_at = fields.DatetimeField(null=True)

    class Meta:
        table = "imports"


class RefusedRow(Model):
    """A row that was refused, and why. Its key is the pair; Tortoise wants one column."""

    line = fields.BigIntField(primary_key=True, generated=False)
    import_id = fields.UUIDField()
    reference = fields.TextField(null=True)
    code = fields.TextField()
    field = fields.TextField(null=True)
    message = fields.TextField()
    row = fields.BinaryField(source_field="raw")  # a model has a method of that name

    class Meta:
        table = "import_errors"
