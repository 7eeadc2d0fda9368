"""Decisions: where an order leaves from, and why; and the rules that decide."""

from enum import StrEnum
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
    reevaluation_id = fields.UUIDField(null=True)
    saved_minor = fields.BigIntField(null=True)

    class Meta:
        table = "sourcing_decisions"


class RuleSetState(StrEnum):
    """DRAFT may be changed; ACTIVE, the one that decides, and ARCHIVED stay as they are."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


class RuleSetVersion(Model):
    """One version of the rules, from draft to archive."""

    id = fields.UUIDField(primary_key=True)
    version = fields.IntField()
    name = fields.TextField()
    note = fields.TextField(default="")
    state = fields.TextField()
    definition = fields.JSONField[dict[str, Any]]()
    created_at = fields.DatetimeField()
    created_by = fields.TextField()
    updated_at = fields.DatetimeField()
    activated_at = fields.DatetimeField(null=True)
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        table = "rule_sets"
