"""Activate a rule set: from now on it decides, and the one before is archived."""

from datetime import datetime
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.jobs.restate_listings import restate_listings
from domain.shared.actor import Actor
from domain.shared.database import execute, records, transactional
from domain.sourcing.rule_sets.refusals import InvalidRuleSet, UnknownRuleSet
from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.rules.registry import Problem, problems

# The table, since its locks are given in turn: at a row, everybody who only shares it would go first.
_LOCK = "LOCK TABLE rule_sets IN EXCLUSIVE MODE"
_FIND = "SELECT state, definition::text AS definition FROM rule_sets WHERE id = $1"
_ARCHIVE = "UPDATE rule_sets SET state = 'ARCHIVED', archived_at = $1, updated_at = $1 WHERE state = 'ACTIVE'"
_ACTIVATE = """
    UPDATE rule_sets SET state = 'ACTIVE', activated_at = $2, archived_at = NULL, updated_at = $2 WHERE id = $1
"""
_LOOK_AGAIN = """
    UPDATE orders SET sourcing = 'WAITING'
    WHERE id IN (SELECT id FROM orders WHERE sourcing = 'BACKORDERED' ORDER BY id FOR NO KEY UPDATE)
"""
_CHANNELS = "SELECT code FROM channels"
_WAREHOUSES = "SELECT code FROM warehouses"


@transactional
async def activate_rule_set(rule_set_id: UUID, *, by: Actor, now: datetime) -> UUID:  # noqa: ARG001
    """Let the rule set decide from now on; its id.

    Idempotent. An archived one may come back, which is how a change is taken back. Backorders are
    looked at again, since other rules may fill them; those of rounds under way as well, which it waits for.

    Raises:
        UnknownRuleSet: there is none.
        InvalidRuleSet: something in it does not fit this house; names the first, `problems_of` tells all.
    """
    await execute(_LOCK)
    found = next(iter(await records(_FIND, rule_set_id)), None)
    if found is None:
        raise UnknownRuleSet("There is no such rule set.", field="id")
    if found["state"] == "ACTIVE":
        return rule_set_id
    wrong = await problems_of(RuleSet.model_validate_json(found["definition"]))
    if wrong:
        raise InvalidRuleSet(wrong[0].message, field=wrong[0].path)

    await execute(_ARCHIVE, now)
    await execute(_ACTIVATE, rule_set_id, now)
    await execute(_LOOK_AGAIN)
    await enqueue(JobKind.ALLOCATE, now=now)
    await restate_listings(now=now)  # what is protected may be other units now
    return rule_set_id


async def problems_of(rules: RuleSet) -> tuple[Problem, ...]:
    """What keeps `rules` from being activated in this house as it is now."""
    channels = {row["code"] for row in await records(_CHANNELS)}
    warehouses = {row["code"] for row in await records(_WAREHOUSES)}
    return problems(rules, channels=channels, warehouses=warehouses)
