"""OBSERVE_STOCK: ask platforms what they have of what they were told."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

import structlog

from domain.channels.adapters.contract import (
    Access,
    HttpRequest,
    ListingQuantity,
    Stock,
    StockRequest,
    Unreadable,
)
from domain.listings.observe import end_observing, next_observed, write_observed
from workers.handling import Work
from workers.outside.channel import ChannelCaller, PlatformFault, Refused

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
    ask, read = stock.observe_requests, stock.read_observed
    listings = await next_observed(caller.channel.id, now=work.now())
    for each in await caller.built(partial(ask, listings)):
        seen: Mapping[UUID, int] | None
        try:
            said = await caller.ask(_asking(ask, each.listings))
            seen = read(StockRequest(request=said.request, listings=each.listings), said.answer)
        except (Refused, Unreadable) as no:  # it costs no other request
            seen = _unknown(no, stock, caller)
        if seen is not None:
            await write_observed(each.listings, seen, now=work.now())
        await asyncio.sleep(1 / stock.per_second)


def _unknown(no: Refused | Unreadable, stock: Stock, caller: ChannelCaller) -> Mapping[UUID, int] | None:
    """Nothing, where the platform said that it knows none of the listings; None: it said nothing of them."""
    if isinstance(no, Refused) and no.status == stock.unknown_status:
        return {}
    log.warning("a platform does not say what it has", channel=str(caller.channel.id), why=str(no))
    return None


def _asking(
    ask: Callable[[Sequence[ListingQuantity], Access], Sequence[StockRequest]],
    listings: Sequence[ListingQuantity],
) -> Callable[[Access], HttpRequest]:
    return lambda access: ask(listings, access)[0].request
