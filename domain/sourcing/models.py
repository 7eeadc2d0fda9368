"""Decisions: where an order leaves from, and why."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class SourcingDecision(Model):
    """One run of the planner for one order, with the alternatives it saw. Immutable."""

    id = fields.UUIDField(primary_key=True)
    order_id = fields.UUIDField()
    at = fields.DatetimeField()
    policy = fields.TextField()
    outcome = fields.TextField()
    currency = fields.TextField()
    cost_minor = fields.BigIntField()
    shipments = fields.SmallIntField()
    explanation = fields.TextField()
    detail = fields.JSONField[dict[str, Any]]()
    input_hash = fields.TextField()
    rule_set_id = fields.UUIDField(null=True)

    class Meta:
        table = "sourcing_decisions"
