"""OBSERVE_STOCK: ask platforms what they have of what they were told."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog

from domain.channels.adapters.contract import (
    Access,
    HttpAnswer,
    ListingQuantity,
    Stock,
    StockRequest,
    Unreadable,
    unnamed,
)
from domain.listings.observe import end_observing, look_at, next_observed, write_observed
from workers.handling import Work
from workers.outside.channel import ChannelCaller, PlatformFault, Refused

# What is left after this has its turn in another round, long before the lease is over.
ROUND_S = 45.0
# Who says nothing of so many requests in a row is asked no more in this round.
IN_VAIN_MAX = 5
log = structlog.stdlib.get_logger("forebay.observe_stock")


async def observe_stock(work: Work) -> None:
    """Look at the listings of the channel that were not looked at for the longest."""
    channel_id = work.whom("channel_id")
    try:
        await _look(await ChannelCaller.of(channel_id, work.outside, work.now), work)
    except (PlatformFault, Unreadable) as fault:
        log.warning("a platform could not be asked what it has", channel=str(channel_id), why=str(fault))
    finally:
        await end_observing(channel_id)


async def _look(caller: ChannelCaller, work: Work) -> None:
    stock = caller.adapter.stock
    if stock is None or stock.observe_requests is None or stock.read_observed is None:
        return
    look = _Look(caller, stock, stock.observe_requests, stock.read_observed)
    began, in_vain = time.monotonic(), 0
    listings = await next_observed(caller.channel.id)
    requests = await caller.built(partial(look.ask, listings))
    await look_at(unnamed(listings, requests), now=work.now())
    for each in requests:
        await look_at(each.listings, now=work.now())
        seen = await look.at(each.listings)
        if seen is not None:
            await write_observed(each.listings, seen, now=work.now())
        in_vain = in_vain + 1 if seen is None else 0
        if in_vain == IN_VAIN_MAX or time.monotonic() - began > ROUND_S:
            return
        await asyncio.sleep(1 / stock.per_second)


@dataclass(frozen=True, slots=True)
class _Look:
    caller: ChannelCaller
    stock: Stock
    ask: Callable[[Sequence[ListingQuantity], Access], Sequence[StockRequest]]
    read: Callable[[StockRequest, HttpAnswer], Mapping[UUID, int]]

    async def at(self, listings: Sequence[ListingQuantity]) -> Mapping[UUID, int] | None:
        """What the platform has of those it knows; None: it does not say."""
        try:
            said = await self.caller.ask(lambda access: self.ask(listings, access)[0].request)
            return said.read(partial(self.read, StockRequest(request=said.request, listings=listings)))
        except (Refused, Unreadable) as no:  # it costs no other request
            return _unknown(no, self.stock, self.caller)


def _unknown(no: Refused | Unreadable, stock: Stock, caller: ChannelCaller) -> Mapping[UUID, int] | None:
    """Nothing, where the platform said that it knows none of the listings; None: it said nothing of them."""
    if isinstance(no, Refused) and no.status == stock.unknown_status:
        return {}
    log.warning("a platform does not say what it has", channel=str(caller.channel.id), why=str(no))
    return None
