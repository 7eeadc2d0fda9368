"""Change a draft, or throw it away."""

from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transactional
from domain.sourcing.rule_sets.draft_rule_set import DraftRuleSet, checked, written
from domain.sourcing.rule_sets.refusals import RuleSetNotDraft, UnknownRuleSet

_STATE = "SELECT state FROM rule_sets WHERE id = $1 FOR UPDATE"
_CHANGE = "UPDATE rule_sets SET name = $2, note = $3, definition = $4::jsonb, updated_at = $5 WHERE id = $1"
_DISCARD = "DELETE FROM rule_sets WHERE id = $1"


@transactional
async def change_rule_set(rule_set_id: UUID, ask: DraftRuleSet, *, by: Actor, now: datetime) -> UUID:  # noqa: ARG001
    """Let the draft say this; its id. Idempotent.

    Raises:
        UnknownRuleSet: there is none.
        RuleSetNotDraft: it is or was active.
        InvalidRuleSet: its name or note cannot be right.
    """
    name, note = checked(ask)
    await _require_draft(rule_set_id)
    await execute(_CHANGE, rule_set_id, name, note, written(ask.rules), now)
    return rule_set_id


@transactional
async def discard_rule_set(rule_set_id: UUID, *, by: Actor) -> UUID:  # noqa: ARG001
    """Delete the draft; the id it had.

    Raises:
        UnknownRuleSet, RuleSetNotDraft: as `change_rule_set`.
    """
    await _require_draft(rule_set_id)
    await execute(_DISCARD, rule_set_id)
    return rule_set_id


async def _require_draft(rule_set_id: UUID) -> None:
    state = await fetch_value(_STATE, rule_set_id)
    if state is None:
        raise UnknownRuleSet("There is no such rule set.", field="id")
    if state != "DRAFT":
        raise RuleSetNotDraft(f"It is {state.lower()}; draft another one.", field="id")
