"""Follow the feed: what happened to orders becomes deliveries for those who want to hear of it."""

from datetime import datetime

from domain.events.consume import is_behind, move_on, next_stretch
from domain.shared.database import execute, statement, transactional
from domain.webhooks.save_endpoint import CONSUMER

POSITIONS_MAX = 5_000
_FAN_OUT = statement(__file__, "fan_out.sql")


@transactional
async def fan_out(*, now: datetime) -> int:
    """Work off the next stretch of the feed; how many positions it had, 0 when nothing is new.

    Exactly once a position: a delivery is there in the transaction that moves on.
    """
    if not await is_behind(CONSUMER):
        return 0
    stretch = await next_stretch(CONSUMER, positions_max=POSITIONS_MAX)
    if stretch is None or not stretch.length:
        return 0
    await execute(_FAN_OUT, stretch.after, stretch.upto, now)
    await move_on(CONSUMER, stretch.upto)
    return stretch.length
