"""Follow the feed and the catalogue: whoever changed is counted anew, exactly once a position."""

from domain.events.consume import is_behind, move_on, next_stretch, stand_still
from domain.reporting.counting.build import begin_build
from domain.reporting.counting.changes import POSITIONS_MAX, count_changes
from domain.reporting.counting.recategorised import (
    ORDERS_MAX,
    are_recategorised,
    count_recategorised,
    forget_for_later,
)
from domain.reporting.counting.schemas import IN_USE
from domain.shared.database import transactional


@transactional
async def follow_feed(*, positions_max: int = POSITIONS_MAX) -> int:
    """Work off the next stretch of the feed; how many positions it had, 0 when nothing is new.

    Safe in several relays. Where positions are pruned that were not worked off, the roll-ups are built anew.
    """
    if not await is_behind(IN_USE):
        return 0
    stretch = await next_stretch(IN_USE, positions_max=positions_max)
    if stretch is None or not stretch.length:
        return 0
    if stretch.missed:
        await begin_build()
    await count_changes(stretch, schema=IN_USE)
    await move_on(IN_USE, stretch.upto)
    return stretch.length


@transactional
async def follow_catalogue(*, orders_max: int = ORDERS_MAX) -> int:
    """Count the next orders whose products were sorted anew; 0 when there are none, or somebody else is at it.

    Safe in several relays, also while others follow the feed: whoever counts has the consumer's row.
    """
    if not await are_recategorised(IN_USE) or not await stand_still(IN_USE):
        return 0
    counted = await count_recategorised(IN_USE, orders_max=orders_max)
    if not await are_recategorised(IN_USE):
        await forget_for_later()
    return counted
