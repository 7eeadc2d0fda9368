"""Draft a rule set: rules that decide nothing yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transactional
from domain.shared.ids import new_id
from domain.shared.text import InvalidText, require_text
from domain.sourcing.rule_sets.refusals import InvalidRuleSet
from domain.sourcing.rules.definition import RuleSet

# One drafter at a time, so that versions are gapless: readers and the engine do not wait for it.
_ONE_AT_A_TIME = "LOCK TABLE rule_sets IN SHARE ROW EXCLUSIVE MODE"
_DRAFT = """
    INSERT INTO rule_sets (id, version, name, note, state, definition, created_at, created_by, updated_at)
    SELECT $1, coalesce(max(version), 0) + 1, $2, $3, 'DRAFT', $4::jsonb, $5, $6, $5 FROM rule_sets
    RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRuleSet:
    """What it is called, and what it says."""

    name: str
    note: str
    rules: RuleSet


@transactional
async def draft_rule_set(ask: DraftRuleSet, *, by: Actor, now: datetime) -> UUID:
    """Add a draft with the next version number; its id.

    Raises:
        InvalidRuleSet: its name or note cannot be right.
    """
    name, note = checked(ask)
    await execute(_ONE_AT_A_TIME)
    drafted: UUID = await fetch_value(_DRAFT, new_id(), name, note, written(ask.rules), now, by.name)
    return drafted


def checked(ask: DraftRuleSet) -> tuple[str, str]:
    """Name and note, as they may be stored."""
    try:
        name = require_text(ask.name, field="name", longest=200, least=1)
        return name, require_text(ask.note, field="note", longest=2_000)
    except InvalidText as wrong:
        raise InvalidRuleSet(wrong.message, field=wrong.field) from wrong


def written(rules: RuleSet) -> str:
    """The definition as it is stored."""
    return rules.model_dump_json(by_alias=True)
