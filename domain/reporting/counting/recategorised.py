"""Products and variants that came to another category: their orders are counted again, some at a time.

The row that says so is committed with the change: whoever finds it counts with the new category. Roll-ups have one
writer at a time, so what was counted before the change is among the orders that are walked now, and what is counted
later knows of it. Another change is another row, so that one that was walked to its end can go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.reporting.counting.count import count_orders
from domain.shared.database import execute, fetch, fetch_value, statement

# Few enough for a short transaction: nothing is announced past the oldest one that is open.
ORDERS_MAX = 200

_ARE_THERE = "SELECT EXISTS (SELECT FROM recategorised WHERE consumer = $1)"
_NEXT = statement(__file__, "next_recategorised.sql")
_DONE = "DELETE FROM recategorised WHERE consumer = $1 AND id = ANY($2::bigint[])"
_GO_ON = "UPDATE recategorised SET orders_after = $3 WHERE consumer = $1 AND id = $2"
# Where nothing is being built, what will be counts with the categories of now.
_FORGET = """
    DELETE FROM recategorised WHERE consumer = 'reports_next' AND to_regclass('reports_next.building') IS NULL
"""


@dataclass(frozen=True, slots=True)
class _Next:
    """An order to count, of what the row `id` names; None: that has no more."""

    id: int
    order_id: UUID | None


async def are_recategorised(schema: str) -> bool:
    """Whether there are any. Only reads, and draws no transaction id."""
    return bool(await fetch_value(_ARE_THERE, schema))


async def count_recategorised(schema: str, *, orders_max: int = ORDERS_MAX) -> int:
    """Take the next step with the roll-ups in `schema`, which the caller alone writes in this transaction.

    How many orders it had, those that had none counted as one; 0: nothing is left.
    """
    found = await fetch(_NEXT, _Next, schema, orders_max)
    orders = {each.order_id for each in found if each.order_id}
    await count_orders(sorted(orders), schema=schema)
    await _go_on(schema, found, whole=len(found) < orders_max)
    return len(found)


async def _go_on(schema: str, found: Sequence[_Next], *, whole: bool) -> None:
    """All but the last are done, and it is, too, where that was the `whole` of it."""
    rows = dict.fromkeys(each.id for each in found)
    if found and found[-1].order_id and not whole:
        del rows[found[-1].id]
        await execute(_GO_ON, schema, found[-1].id, found[-1].order_id)
    await execute(_DONE, schema, list(rows))


async def forget_for_later() -> None:
    """Those that wait for roll-ups that nobody builds need nothing."""
    await execute(_FORGET)
