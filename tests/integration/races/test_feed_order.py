"""The feed keeps the order of each order's versions, whatever the order of transactions was."""

from contextlib import AsyncExitStack

import asyncpg

from domain.events.feed import adopt_restored, advance_feed, prune_feed, read_feed
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.shared.database import fetch_value
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant

_EVENT = """
    WITH o AS (UPDATE orders SET version = version + 1 WHERE id = $1 RETURNING id, version)
    INSERT INTO events (subject_id, version, kind, payload, actor, at)
    SELECT id, version, 'ORDER_HELD', '{}', 'rival', now() FROM o
"""
_RESTORED = """
    SET session_replication_role = replica;
    UPDATE events SET xid = (xid::text::bigint + 1000000)::text::xid8;
    UPDATE feed_state SET fed_below = (fed_below::text::bigint + 1000000)::text::xid8;
"""


async def place() -> Placed:
    await make_channel("shop")
    await make_variant("A")
    [placed] = await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    assert isinstance(placed, Placed)
    return placed


async def announced() -> list[int]:
    return [entry.version for entry in await read_feed(after=0, rows_max=100)]


class Rival:
    """A transaction with an id of its own."""

    def __init__(self, database: Database, stack: AsyncExitStack) -> None:
        self._database = database
        self._stack = stack

    async def begin(self) -> "Rival":
        self.connection = await asyncpg.connect(self._database.url)
        self._stack.push_async_callback(self.connection.close)
        await self.connection.execute("BEGIN; SELECT pg_current_xact_id()")
        return self

    async def write(self, placed: Placed) -> None:
        await self.connection.execute(_EVENT, placed.order_id)

    async def commit(self) -> None:
        await self.connection.execute("COMMIT")


async def test_a_younger_transaction_that_wrote_first_is_announced_first(database: Database) -> None:
    placed = await place()
    async with AsyncExitStack() as stack:
        older, younger = [await Rival(database, stack).begin() for _ in range(2)]
        for rival in (younger, older):
            await rival.write(placed)
            await rival.commit()

    await advance_feed()

    assert await announced() == [1, 2, 3]


async def test_a_version_waits_for_those_before_it(database: Database) -> None:
    placed = await place()
    async with AsyncExitStack() as stack:
        older, bystander, younger = [await Rival(database, stack).begin() for _ in range(3)]
        for rival in (younger, older):
            await rival.write(placed)
            await rival.commit()

        await advance_feed()
        assert await announced() == [1]  # version 2 may not be announced yet, so neither may 3
        await advance_feed()
        assert await announced() == [1]

        await bystander.commit()
        await advance_feed()

    assert await announced() == [1, 2, 3]


async def test_slices_add_up_to_the_whole(database: Database) -> None:
    await place()
    await place_orders([incoming("shop", {"A": 1}) for _ in range(9)], by=TESTER, now=NOW)

    assert [await advance_feed(rows_max=4) for _ in range(4)] == [4, 4, 2, 0]
    assert [entry.position for entry in await read_feed(after=0, rows_max=100)] == list(range(1, 11))


async def test_a_restored_feed_goes_on_and_repeats_nothing(database: Database) -> None:
    placed = await place()
    await advance_feed()
    async with AsyncExitStack() as stack:
        unannounced = await Rival(database, stack).begin()
        await unannounced.write(placed)
        await unannounced.commit()
        await unannounced.connection.execute("UPDATE feed SET fed_at = '2000-01-01'")
        await unannounced.connection.execute(_RESTORED)
        await prune_feed(before=NOW.replace(year=2001))
        assert await announced() == []

        assert await adopt_restored()
        assert not await adopt_restored()
        assert await announced() == [2]

        later = await Rival(database, stack).begin()
        await later.write(placed)
        await later.commit()
    await advance_feed()

    assert await announced() == [2, 3]
    assert await fetch_value("SELECT last_position FROM feed_state") == 3
