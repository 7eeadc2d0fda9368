"""Ask for backorders to be looked at again since warehouses may ship other orders than before."""

from datetime import datetime
from uuid import UUID

from domain.jobs.fill_backorders import fill_backorders
from domain.shared.database import records, statement

_WANTED_VARIANTS = statement(__file__, "wanted_variants.sql")


async def fill_wanted(warehouse_id: UUID | None = None, *, now: datetime) -> None:
    """Wake those that wait for what the warehouse has; None: any warehouse."""
    wanted = await records(_WANTED_VARIANTS, warehouse_id)
    await fill_backorders([row["variant_id"] for row in wanted], now=now)
