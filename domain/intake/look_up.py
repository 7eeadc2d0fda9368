"""Look up what is known of the orders that messages speak of."""

from collections.abc import Collection
from uuid import UUID

from domain.intake.known import CancelledAhead, Known, KnownOrder
from domain.shared.database import fetch, statement

_ORDERS = statement(__file__, "known_orders.sql")
_AHEAD = statement(__file__, "cancelled_ahead.sql")


async def look_up(channel_id: UUID, references: Collection[str]) -> Known:
    """What is known of these references of the channel."""
    wanted = sorted(references)
    orders = await fetch(_ORDERS, KnownOrder, channel_id, wanted) if wanted else []
    ahead = await fetch(_AHEAD, CancelledAhead, channel_id, wanted) if wanted else []
    return Known(
        orders={each.external_reference: each for each in orders},
        ahead={each.reference: each for each in ahead},
    )
