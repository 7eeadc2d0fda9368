"""Simulations: what was asked, how far they are, what they found."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class SimulationState(StrEnum):
    """WAITING -> RUNNING -> DONE, or FAILED; back to WAITING after a failure that is tried again."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Simulation(Model):
    """A span of the past, replayed under a rule set."""

    id = fields.UUIDField(primary_key=True)
    rule_set_id = fields.UUIDField()
    from_at = fields.DatetimeField()
    to_at = fields.DatetimeField()
    state = fields.TextField()
    done = fields.FloatField(default=0)
    report = fields.JSONField[dict[str, Any]](null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "simulations"


class SimulationChange(Model):
    """An order that would have left from elsewhere. Its key is the pair; Tortoise wants one column."""

    order_id = fields.UUIDField(primary_key=True)
    simulation_id = fields.UUIDField()
    was = fields.JSONField[dict[str, Any]]()
    would_be = fields.JSONField[dict[str, Any]]()
    saved_minor = fields.BigIntField()

    class Meta:
        table = "simulation_changes"
