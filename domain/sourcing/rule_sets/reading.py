"""Rule sets, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key
from domain.sourcing.models import RuleSetVersion


async def rule_sets(ids: Sequence[UUID]) -> list[Row | None]:
    """The rule set of each id."""
    return await by_key(RuleSetVersion, "id", ids)
