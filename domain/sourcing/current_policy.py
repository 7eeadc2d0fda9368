"""The rules that decide now."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from domain.shared.database import fetch_one
from domain.shared.money import exponent
from domain.sourcing.planning import SourcingPolicy
from domain.sourcing.rules.definition import RuleSet

# FOR KEY SHARE also shares the table, which an activation takes alone: it waits for us, and who comes later for it.
_ACTIVE = """
    SELECT id, version, name, definition::text AS definition FROM rule_sets WHERE state = 'ACTIVE' FOR KEY SHARE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Active:
    id: UUID
    version: int
    name: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPolicy:
    """A policy, and the rule set it is made of."""

    rule_set_id: UUID
    policy: SourcingPolicy


async def current_policy(currency: str) -> CurrentPolicy:
    """The policy of the active rule set, with costs in `currency`; it stays active until the transaction ends.

    Whoever decides by it takes it before the orders, so that an activation finds what was decided before it.
    """
    active = await fetch_one(_ACTIVE, _Active)
    assert active is not None, "the first rule set is active from the first migration on"
    return _made(active, currency)


@lru_cache(maxsize=8)
def _made(active: _Active, currency: str) -> CurrentPolicy:
    return CurrentPolicy(
        rule_set_id=active.id,
        policy=SourcingPolicy(
            version=f"{active.name}/{active.version}",
            currency=currency,
            exponent=exponent(currency),
            rules=RuleSet.model_validate_json(active.definition),
        ),
    )
