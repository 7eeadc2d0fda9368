"""FILL_BACKORDERS: units became free; let the orders that wait for them be sourced again."""

from domain.jobs.fill_backorders import starts_of
from domain.sourcing.wake_backorders import wake_from
from workers.handling import Work


async def fill_backorders(work: Work) -> None:
    """Wake the backorders of all variants that the jobs of this round name."""
    await wake_from([start for payload in work.payloads for start in starts_of(payload)], now=work.now())
