"""One operation's view of the feed: where it resumes, and how far it has come."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from api.live.hub import FeedHub
from domain.events.feed import FeedEntry


class LiveFeed:
    """Follows the hub for one operation.

    `resume_after` wins over what the operation asks for: a client whose stream broke says where it
    was (`Last-Event-ID`) and otherwise repeats its request unchanged.
    """

    def __init__(self, hub: FeedHub, *, resume_after: int | None = None) -> None:
        self._hub = hub
        self._resume_after = resume_after
        self.position: int | None = None  # of the last entry that was handed out

    async def follow(self, after: int | None) -> AsyncGenerator[FeedEntry, None]:
        """Every entry after `after`; see FeedHub.follow."""
        start = after if self._resume_after is None else self._resume_after
        async with aclosing(self._hub.follow(start)) as entries:
            async for entry in entries:
                self.position = entry.position
                yield entry
