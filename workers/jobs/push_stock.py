"""PUSH_STOCK: tell channels what they may sell, in their platform's batches and at its rate."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from domain.channels.adapters.contract import (
    ListingQuantity,
    Stock,
    StockRequest,
    StockResult,
    Unreadable,
    unnamed,
)
from domain.listings.push import (
    begin_push,
    claim_push,
    due_listings,
    end_push,
    note_unheard,
    write_push,
)
from workers.handling import Work
from workers.metrics import LISTINGS_HEARD
from workers.outside.channel import ChannelCaller, PlatformFault, Refused, TryLater, told

log = structlog.stdlib.get_logger("forebay.push_stock")

# What is left after this gets another round.
ROUND_S = 5.0
_NAMELESS = "the platform's own ids of it are missing, or are no ids"


class _LeaseLost(Exception):
    """Somebody else pushes to the channel by now."""


async def push_stock(work: Work) -> None:
    """Push to the channel that the jobs name, unless somebody else has begun to."""
    channel_id = work.whom("channel_id")
    epoch = await begin_push(channel_id, max(job["epoch"] for job in work.payloads), now=work.now())
    if epoch is None:
        return
    try:
        caller = await ChannelCaller.of(channel_id, work.outside, work.now)
        if caller.adapter.stock is not None:
            await _Pusher(caller, caller.adapter.stock, work, epoch).run()
    finally:
        await end_push(channel_id, epoch)


@dataclass(frozen=True, slots=True)
class _Pusher:
    caller: ChannelCaller
    stock: Stock
    work: Work
    epoch: int

    async def run(self) -> None:
        """Batch after batch, until all is said, or the round ends, or the platform wants to be left alone."""
        began = time.monotonic()
        channel_id, most = self.caller.channel.id, self.stock.batch_max
        while time.monotonic() - began < ROUND_S:
            due = await due_listings(channel_id, listings_max=most, now=self.work.now())
            if not due:
                return
            try:
                requests = await self.caller.built(partial(self.stock.stock_requests, due))
                await self._leave_out(due, requests)
                for asked in requests:
                    await self._say([listing.listing_id for listing in asked.listings])
            except TryLater as later:
                log.warning("a platform is left alone for a while", channel=str(channel_id), why=str(later))
                return
            except _LeaseLost:
                log.warning("somebody else pushes by now", channel=str(channel_id))
                return

    async def _leave_out(self, due: Sequence[ListingQuantity], requests: Sequence[StockRequest]) -> None:
        """Listings that no request can name come again later, so that they keep no other one from being told."""
        if nameless := unnamed(due, requests):
            results = [StockResult(listing_id=one.listing_id, error=_NAMELESS) for one in nameless]
            await self._heard(nameless, results, None, self.work.now())

    async def _say(self, listing_ids: Sequence[UUID]) -> None:
        """Say the latest in one request; one that is refused as a whole is halved, so that one bad listing is found.

        Raises:
            TryLater: the platform does not answer, or asks us to wait.
            _LeaseLost: it is not ours to say any more.
        """
        sent_at = self.work.now()
        listings = await claim_push(self.caller.channel.id, self.epoch, listing_ids, now=sent_at)
        if not listings:
            raise _LeaseLost
        try:
            said = await self.caller.ask(
                lambda access: self.stock.stock_requests(listings, access)[0].request
            )
            asked = StockRequest(request=said.request, listings=listings)
            results = [
                replace(each, error=each.error and told(each.error, said.access))
                for each in said.read(partial(self.stock.read_answer, asked))
            ]
            wait_s = self.caller.adapter.wait_s(said.answer)
        except TryLater as later:
            await self._unheard(listings, later, sent_at)
            raise
        except (Refused, Unreadable) as no:
            await self._refused(listings, no, sent_at)
        else:
            await self._heard(listings, results, said.answer.status, sent_at, wait_s=wait_s)
            if wait_s:
                raise TryLater(f"it asks us to wait for {wait_s:g} s")
        await asyncio.sleep(1 / self.stock.per_second)

    async def _refused(
        self, listings: Sequence[ListingQuantity], no: Refused | Unreadable, sent_at: datetime
    ) -> None:
        if len(listings) > 1:
            await self._unheard(listings, no, sent_at)
            ids, half = [listing.listing_id for listing in listings], len(listings) // 2
            await self._say(ids[:half])
            await self._say(ids[half:])
        else:
            result = StockResult(listing_id=listings[0].listing_id, error=str(no))
            await self._heard(listings, [result], _status(no), sent_at)

    async def _heard(
        self,
        listings: Sequence[ListingQuantity],
        results: Sequence[StockResult],
        status: int | None,
        sent_at: datetime,
        wait_s: float | None = None,
    ) -> None:
        heard = await write_push(
            self.caller.channel.id,
            listings,
            results,
            status=status,
            wait_s=wait_s,
            sent_at=sent_at,
            now=self.work.now(),
        )
        LISTINGS_HEARD.labels("yes").inc(heard)
        LISTINGS_HEARD.labels("no").inc(len(listings) - heard)

    async def _unheard(
        self, listings: Sequence[ListingQuantity], fault: Exception, sent_at: datetime
    ) -> None:
        await note_unheard(
            self.caller.channel.id,
            len(listings),
            str(fault),
            status=_status(fault),
            sent_at=sent_at,
            now=self.work.now(),
        )


def _status(fault: Exception) -> int | None:
    return fault.status if isinstance(fault, PlatformFault) else None
