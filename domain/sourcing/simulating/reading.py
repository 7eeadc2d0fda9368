"""Simulations, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key
from domain.sourcing.simulating.models import Simulation


async def simulations(ids: Sequence[UUID]) -> list[Row | None]:
    """The simulation of each id."""
    return await by_key(Simulation, "id", ids)
