"""FILL_BACKORDERS: units became free; let the orders that wait for them be sourced again."""

from uuid import UUID

from domain.sourcing.wake_backorders import wake_backorders
from workers.handling import Work


async def fill_backorders(work: Work) -> None:
    """Wake the backorders of all variants that the jobs of this round name."""
    variant_ids = {UUID(variant_id) for payload in work.payloads for variant_id in payload["variant_ids"]}
    await wake_backorders(sorted(variant_ids), now=work.now())
