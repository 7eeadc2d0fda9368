"""Two who follow the feed under one name never work off a position twice."""

import asyncpg

from domain.events import consume
from domain.events.consume import Stretch, move_on, next_stretch, start_consuming
from domain.shared.database import execute, transaction
from tests.databases import Database

NAME = "consumer"


async def announce(upto: int) -> None:
    await execute("UPDATE feed_state SET last_position = $1", upto)


async def follow() -> Stretch:
    async with transaction():
        stretch = await next_stretch(NAME, positions_max=100)
        assert stretch
        await move_on(NAME, stretch.upto)
    return stretch


async def test_who_looked_before_a_rival_moved_on_does_not_step_back(database: Database) -> None:
    await start_consuming(NAME)
    await announce(20)
    connection = await asyncpg.connect(database.url)
    async with connection.transaction():
        looked = await connection.cursor(consume._NEXT, NAME, 100)  # its snapshot is of now
        await announce(30)
        assert await follow() == Stretch(after=0, upto=30, missed=False)
        found = Stretch(**await looked.fetchrow())
    await connection.close()
    assert found == Stretch(after=30, upto=30, missed=False)
    assert not found.length
