"""What a parcel costs once it is lighter than it was decided to be."""

from collections.abc import Collection
from uuid import UUID

from domain.shared.database import execute, statement

_REPRICE = statement(__file__, "reprice.sql")


async def reprice(fulfilment_order_ids: Collection[UUID]) -> None:
    """Set the cost of parcels of which units were taken, by their weight. Idempotent; ids of other things are ignored."""
    await execute(_REPRICE, list(fulfilment_order_ids))
