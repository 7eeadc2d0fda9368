"""Read what units and parcels are worth to orders to come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from domain.shared.database import records, statement
from domain.sourcing.planning.model import Worth

FRESH = timedelta(hours=2)  # older prices know too little of what is left

_WORTH = statement(__file__, "worth.sql")


async def read_worth(variant_ids: Iterable[UUID], *, now: datetime) -> Worth:
    """The bid prices of units of these variants, and of parcels; none that is older than `FRESH`."""
    rows = await records(_WORTH, list(set(variant_ids)), now - FRESH)
    return Worth(
        units={(row["variant_id"], row["warehouse_id"]): row["minor"] for row in rows if row["variant_id"]},
        parcels={row["warehouse_id"]: row["minor"] for row in rows if row["variant_id"] is None},
    )
