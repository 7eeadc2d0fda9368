"""Followers of the hub get every entry once and in order, wherever they start and however slow they are."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.live.cursor import CursorExpired, InvalidCursor
from api.live.following import LiveFeed
from api.live.hub import FeedHub, FeedStopping
from domain.events.feed import FeedEntry, FeedRange, FeedSource


class Feed:
    """A feed in a list. Its positions have gaps, as the real one's may."""

    def __init__(self) -> None:
        self.entries: list[FeedEntry] = []
        self.expired_below = 0
        self.reads = 0
        self.failing = False

    def announce(self, count: int = 1, *, gap: int = 1) -> None:
        for _ in range(count):
            self.entries.append(entry(self.last_position + gap))

    def prune(self, upto: int) -> None:
        self.expired_below = upto
        self.entries = [entry for entry in self.entries if entry.position > upto]

    @property
    def last_position(self) -> int:
        return self.entries[-1].position if self.entries else self.expired_below

    async def read(self, *, after: int, rows_max: int) -> list[FeedEntry]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.failing:
            raise ConnectionError("gone")
        return [entry for entry in self.entries if entry.position > after][:rows_max]

    async def reach(self) -> FeedRange:
        await asyncio.sleep(0)
        return FeedRange(expired_below=self.expired_below, last_position=self.last_position)


def entry(position: int) -> FeedEntry:
    return FeedEntry(
        position=position,
        source=FeedSource.ORDER,
        subject_id=UUID(int=position),
        version=1,
        kind="ORDER_PLACED",
        payload={},
        actor="test",
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )


@asynccontextmanager
async def hub_on(feed: Feed, *, ring_max: int = 100, page_max: int = 10) -> AsyncIterator[FeedHub]:
    hub = FeedHub(feed.read, feed.reach, ring_max=ring_max, page_max=page_max, poll_s=0.001)
    hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def take(hub: FeedHub | LiveFeed, after: int | None, count: int, *, pause_s: float = 0) -> list[int]:
    """The positions of the next `count` entries."""
    positions: list[int] = []
    async with asyncio.timeout(10), aclosing(hub.follow(after)) as entries:
        async for found in entries:
            positions.append(found.position)
            if len(positions) == count:
                return positions
            if pause_s:
                await asyncio.sleep(pause_s)
    return positions


async def test_catches_up_and_goes_on() -> None:
    (feed := Feed()).announce(25)
    async with hub_on(feed) as hub:
        following = asyncio.create_task(take(hub, 5, 40))
        await asyncio.sleep(0.02)
        feed.announce(20)
        assert await following == list(range(6, 46))


async def test_none_begins_with_what_comes() -> None:
    (feed := Feed()).announce(25)
    async with hub_on(feed) as hub:
        following = asyncio.create_task(take(hub, None, 2))
        await asyncio.sleep(0.02)
        feed.announce(3)
        assert await following == [26, 27]


async def test_many_followers_at_random_places_miss_nothing_while_the_feed_grows() -> None:
    (feed := Feed()).announce(300)
    chance = random.Random(7)
    async with hub_on(feed, ring_max=50) as hub:
        starts = [chance.randrange(300) for _ in range(60)]
        following = [
            asyncio.create_task(take(hub, start, 1_000 - start, pause_s=chance.choice([0, 0, 0.0002])))
            for start in starts
        ]
        while feed.last_position < 1_000:
            feed.announce(chance.randint(1, 30) if feed.last_position < 970 else 1_000 - feed.last_position)
            if chance.random() < 0.3:
                hub.hint()
            await asyncio.sleep(0.002)
        for start, positions in zip(starts, await asyncio.gather(*following), strict=True):
            assert positions == list(range(start + 1, 1_001))


async def test_positions_may_have_gaps() -> None:
    (feed := Feed()).announce(10, gap=3)
    async with hub_on(feed) as hub:
        following = asyncio.create_task(take(hub, 4, 12))
        await asyncio.sleep(0.01)
        feed.announce(10, gap=5)
        expected = [6, 9, 12, 15, 18, 21, 24, 27, 30, 35, 40, 45]
        assert await following == expected


async def test_an_expired_cursor_is_refused() -> None:
    (feed := Feed()).announce(30)
    feed.prune(20)
    async with hub_on(feed) as hub:
        with pytest.raises(CursorExpired):
            await take(hub, 19, 1)
        assert await take(hub, 20, 1) == [21]


async def test_a_follower_that_falls_behind_the_pruning_is_told() -> None:
    (feed := Feed()).announce(10)
    async with hub_on(feed, ring_max=20) as hub, asyncio.timeout(5), aclosing(hub.follow(0)) as entries:
        assert (await anext(entries)).position == 1
        feed.announce(400)
        await asyncio.sleep(0.2)  # the reader goes on, and the ring moves past the follower
        feed.prune(300)
        with pytest.raises(CursorExpired):
            async for _ in entries:
                pass


async def test_a_cursor_of_the_future_is_refused() -> None:
    (feed := Feed()).announce(30)
    async with hub_on(feed) as hub:
        with pytest.raises(InvalidCursor):
            await take(hub, 31, 1)


async def test_nobody_follows_nobody_reads() -> None:
    (feed := Feed()).announce(30)
    async with hub_on(feed) as hub:
        await take(hub, 0, 30)
        await asyncio.sleep(0.01)
        reads = feed.reads
        await asyncio.sleep(0.05)
        assert feed.reads <= reads + 1
        assert hub.followers == 0


async def test_after_a_long_rest_the_reader_jumps_and_followers_page() -> None:
    (feed := Feed()).announce(30)
    async with hub_on(feed, ring_max=20) as hub:
        await take(hub, 0, 30)
        feed.announce(5_000)
        assert await take(hub, 30, 5_000) == list(range(31, 5_031))


async def test_a_feed_that_cannot_be_read_for_a_while_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.live.hub.RETRY_S", 0.01)
    (feed := Feed()).announce(5)
    async with hub_on(feed) as hub:
        following = asyncio.create_task(take(hub, 5, 5))
        await asyncio.sleep(0.02)
        feed.failing = True
        feed.announce(5)
        await asyncio.sleep(0.05)
        feed.failing = False
        assert await following == [6, 7, 8, 9, 10]


async def test_closing_tells_followers_to_go_on_elsewhere() -> None:
    async with hub_on(Feed()) as hub:
        following = asyncio.create_task(take(hub, None, 1))
        await asyncio.sleep(0.01)
        hub.close()
        with pytest.raises(FeedStopping):
            await following


async def test_a_resumed_operation_begins_where_it_was() -> None:
    (feed := Feed()).announce(30)
    async with hub_on(feed) as hub:
        live = LiveFeed(hub, resume_after=7)
        assert await take(live, 2, 2) == [8, 9]
        assert live.position == 9
