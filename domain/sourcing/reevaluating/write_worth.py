"""Write bid prices in place of those before."""

from datetime import datetime

from domain.shared.database import execute, transactional
from domain.sourcing.planning.model import Worth

# Two re-evaluations may end at once; whoever reads is not kept waiting.
_LOCK = "LOCK TABLE bid_prices, warehouse_bid_prices IN EXCLUSIVE MODE"
_NO_UNITS = "DELETE FROM bid_prices"
_NO_PARCELS = "DELETE FROM warehouse_bid_prices"
_UNITS = """
    INSERT INTO bid_prices (variant_id, warehouse_id, minor, computed_at)
    SELECT variant_id, warehouse_id, minor, $4 FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
        AS t (variant_id, warehouse_id, minor)
"""
_PARCELS = """
    INSERT INTO warehouse_bid_prices (warehouse_id, minor, computed_at)
    SELECT warehouse_id, minor, $3 FROM unnest($1::uuid[], $2::bigint[]) AS t (warehouse_id, minor)
"""


@transactional
async def write_worth(worth: Worth, *, now: datetime) -> None:
    """All prices as of now; `worth` says nothing of what is worth nothing."""
    await execute(_LOCK)
    await execute(_NO_UNITS)
    await execute(_NO_PARCELS)
    units = sorted(worth.units.items())
    await execute(
        _UNITS,
        [variant for (variant, _), _ in units],
        [warehouse for (_, warehouse), _ in units],
        [minor for _, minor in units],
        now,
    )
    await execute(_PARCELS, list(worth.parcels), list(worth.parcels.values()), now)
