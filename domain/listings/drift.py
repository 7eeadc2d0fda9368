"""How many listings drift, by channel and way: what metrics show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.listings.models import Drift
from domain.shared.database import fetch, statement

# A quantity may be so long on its way before it counts as drifting.
PATIENCE = timedelta(seconds=60)
_DRIFTED = statement(__file__, "drifted.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """Listings of a channel that drift."""

    channel: str
    drift: Drift
    listings: int


async def drifted(*, now: datetime) -> list[Drifted]:
    """Every channel with listings, and how many of them drift in each way."""
    return await fetch(_DRIFTED, Drifted, now - PATIENCE)
