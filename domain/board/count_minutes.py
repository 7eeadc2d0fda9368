"""Follow the feed: count what happens by channel and minute, so that the board need not count events."""

from datetime import datetime

from domain.events.consume import is_behind, move_on, next_stretch
from domain.shared.database import execute, statement, transactional

CONSUMER = "board"
POSITIONS_MAX = 20_000
# from the oldest position that is kept, so that the last day is there from the start
_START = """
    INSERT INTO feed_consumers (name, position) SELECT $1, expired_below FROM feed_state ON CONFLICT DO NOTHING
"""
_COUNT = statement(__file__, "count_minutes.sql")


@transactional
async def count_minutes() -> int:
    """Work off the next stretch of the feed; how many positions it had, 0 when nothing is new.

    Exactly once a position. What was pruned unread stays uncounted: it is too old for the board.
    """
    behind = await is_behind(CONSUMER)
    if behind is False:
        return 0
    if behind is None:
        await execute(_START, CONSUMER)
    stretch = await next_stretch(CONSUMER, positions_max=POSITIONS_MAX)
    if stretch is None or not stretch.length:
        return 0
    await execute(_COUNT, stretch.after, stretch.upto)
    await move_on(CONSUMER, stretch.upto)
    return stretch.length


async def prune_minutes(*, before: datetime) -> int:
    """Forget the minutes before `before`; how many there were."""
    return await execute("DELETE FROM board_minutes WHERE minute < $1", before)
