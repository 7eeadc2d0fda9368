"""One reader of the feed for the whole process, and any number of followers.

A follower holds a cursor, not a queue: a slow one costs nothing and can't be overrun. It takes
what it lacks from a ring in memory, or in pages from the database when it is further behind.

No gap and no double: a position is given once, in commit order, and a follower only ever takes
what lies after its own cursor. No lost wake-up: it takes hold of the next wake-up before it looks
for entries, so that what arrives in between wakes it.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog

from api.live.cursor import CursorExpired, InvalidCursor
from api.metrics import FEED_FAILURES, FEED_PAGES, FEED_POSITION, FOLLOWERS
from domain.events.feed import FeedEntry, FeedRange, feed_range, read_feed

log = structlog.stdlib.get_logger("forebay.live")

RING_MAX = 20_000
PAGE_MAX = 1_000
SLICE_MAX = 256  # entries a follower takes at a time
POLL_S = 0.025
POLL_MIN_S = 0.002  # hints may come by the thousand
RETRY_S = 0.5


class FeedStopping(Exception):
    """This process is about to stop: the follower goes on from its cursor on a new connection."""


class ReadFeed(Protocol):
    """domain.events.feed.read_feed, or a test's stand-in for a feed."""

    def __call__(self, *, after: int, rows_max: int) -> Awaitable[list[FeedEntry]]: ...


class FeedHub:
    """Reads the feed while anybody follows it."""

    def __init__(
        self,
        read: ReadFeed = read_feed,
        reach: Callable[[], Awaitable[FeedRange]] = feed_range,
        *,
        ring_max: int = RING_MAX,
        page_max: int = PAGE_MAX,
        poll_s: float = POLL_S,
    ) -> None:
        self._read = read
        self._reach = reach
        self._ring_max = ring_max
        self._page_max = page_max
        self._poll_s = poll_s
        self._ring: list[FeedEntry] = []  # every entry after _floor up to _head
        self._floor = self._head = -1  # -1: nothing has been read yet
        self._news = asyncio.Event()  # replaced whenever it is set
        self._wanted = asyncio.Event()
        self._hint = asyncio.Event()
        self._followers = 0
        self._closed = False
        self._rested = True
        self._reader: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read whenever there is a follower."""
        self._reader = asyncio.create_task(self._run(), name="feed reader")

    async def stop(self) -> None:
        """Close, and end the reader."""
        self.close()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    def close(self) -> None:
        """Let every `follow` raise FeedStopping."""
        self._closed = True
        self._wake()

    def hint(self) -> None:
        """There may be news: look now rather than at the next poll."""
        self._hint.set()

    @property
    def followers(self) -> int:
        return self._followers

    @property
    def closed(self) -> bool:
        return self._closed

    # ------------------------------------------------------------ following

    async def follow(self, after: int | None) -> AsyncGenerator[FeedEntry, None]:
        """Every entry after the position `after`, once and in order, for as long as it is iterated.

        None begins with what is committed from now on.

        Raises:
            CursorExpired: what followed `after` has been pruned, at the start or because the
                follower fell that far behind.
            InvalidCursor: the feed has not reached `after`.
            FeedStopping: the hub was closed.
        """
        self._join()
        try:
            cursor = await self._begin(after)
            while not self._closed:
                news = self._news
                entries = await self._after(cursor)
                for entry in entries:
                    cursor = entry.position
                    yield entry
                if not entries:
                    await news.wait()
            raise FeedStopping
        finally:
            self._leave()

    async def _begin(self, after: int | None) -> int:
        if after is not None and self._floor <= after <= self._head and self._floor >= 0:
            return after
        reach = await self._reach()
        if after is None:
            return reach.last_position
        if after > reach.last_position:
            raise InvalidCursor("The feed has not reached this cursor; it belongs to another installation.")
        if after < reach.expired_below:
            raise CursorExpired(oldest=reach.expired_below)
        return after

    async def _after(self, cursor: int) -> list[FeedEntry]:
        if cursor >= self._head >= 0:
            return []
        if cursor >= self._floor >= 0:
            start = bisect_right(self._ring, cursor, key=_position)
            return self._ring[start : start + SLICE_MAX]
        if self._floor < 0:  # the reader has not begun yet; it will say when it has
            return []
        return await self._page(cursor)

    async def _page(self, cursor: int) -> list[FeedEntry]:
        """From the database. Its reach is asked *after* reading, so that pruning can't go unnoticed."""
        FEED_PAGES.inc()
        entries = await self._read(after=cursor, rows_max=SLICE_MAX)
        reach = await self._reach()
        if cursor < reach.expired_below:
            raise CursorExpired(oldest=reach.expired_below)
        return entries

    def _join(self) -> None:
        self._followers += 1
        FOLLOWERS.set(self._followers)
        self._wanted.set()

    def _leave(self) -> None:
        self._followers -= 1
        FOLLOWERS.set(self._followers)
        if not self._followers:
            self._wanted.clear()

    # ------------------------------------------------------------ reading

    async def _run(self) -> None:
        failing = False
        while True:
            if not self._wanted.is_set():
                await self._wanted.wait()
                self._rested = True
            try:
                full = await self._read_on()
            except Exception as error:  # noqa: BLE001 -- whatever it is, followers are waiting for this loop
                FEED_FAILURES.inc()
                if not failing:
                    log.warning("the feed cannot be read; trying on", reason=repr(error))
                failing = True
                await asyncio.sleep(RETRY_S)
                continue
            if failing:
                log.info("the feed can be read again")
            failing = False
            if not full:
                await self._pause()

    async def _read_on(self) -> bool:
        """Read one page; whether more is likely to be there."""
        if self._rested:
            await self._catch_up()
        entries = await self._read(after=self._head, rows_max=self._page_max)
        if not entries:
            return False
        self._ring += entries
        self._head = entries[-1].position
        if len(self._ring) > self._ring_max + self._page_max:
            dropped = len(self._ring) - self._ring_max
            self._floor = self._ring[dropped - 1].position
            del self._ring[:dropped]
        self._wake()
        return len(entries) == self._page_max

    async def _catch_up(self) -> None:
        """After a rest, begin at the feed's end if that is far: who needs what lies between pages it.

        Also if it was pruned beyond what was read before: then it must not look as if nothing was missing.
        """
        reach = await self._reach()
        missed = reach.last_position - self._head
        if self._head < 0 or missed > self._ring_max or self._head < reach.expired_below:
            self._floor = self._head = reach.last_position
            self._ring.clear()
            self._wake()
        self._rested = False

    def _wake(self) -> None:
        FEED_POSITION.set(self._head)
        self._news.set()
        self._news = asyncio.Event()

    async def _pause(self) -> None:
        await asyncio.sleep(POLL_MIN_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._hint.wait()
        self._hint.clear()


def _position(entry: FeedEntry) -> int:
    return entry.position
