"""Re-evaluations, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key
from domain.sourcing.reevaluating.models import Reevaluation


async def reevaluations(ids: Sequence[UUID]) -> list[Row | None]:
    """The re-evaluation of each id."""
    return await by_key(Reevaluation, "id", ids)
