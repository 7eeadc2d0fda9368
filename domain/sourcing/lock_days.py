"""Lock the days on which parcels leave."""

from collections.abc import Collection

from domain.shared.database import records
from domain.sourcing.accept_plan import WarehouseDay

_LOCK = "SELECT * FROM lock_dispatch_days($1, $2)"


async def lock_days(days: Collection[WarehouseDay]) -> dict[WarehouseDay, int | None]:
    """Lock days that parcels fill or leave, after levels; how many more parcels each takes, None: any number."""
    rows = await records(_LOCK, [warehouse for warehouse, _ in days], [day for _, day in days])
    return {(row["place"], row["on_day"]): row["room"] for row in rows}
