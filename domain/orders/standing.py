"""How many orders stand where."""

from dataclasses import dataclass

from domain.shared.database import fetch

_STANDING = """
    SELECT state, sourcing, count(*) AS orders FROM orders GROUP BY state, sourcing ORDER BY state, sourcing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Orders of one state and sourcing."""

    state: str
    sourcing: str
    orders: int


async def order_standing() -> list[Standing]:
    """Orders by state and sourcing, all of them counted; for a person at a terminal."""
    return await fetch(_STANDING, Standing)
