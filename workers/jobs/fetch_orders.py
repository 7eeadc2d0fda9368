"""FETCH_ORDERS: ask platforms for the orders that they only said something happened to."""

import random
import time
from functools import partial

import structlog

from domain.channels.adapters.contract import Unreadable
from domain.intake.fetching.orders import OrderToAskFor, fetch_failed, orders_to_fetch, take_order
from workers.handling import Work
from workers.outside.channel import ChannelCaller, Refused, TryLater

log = structlog.stdlib.get_logger("forebay.fetch")

# The sweep asks for what is left after this.
ROUND_S = 20.0


async def fetch_orders(work: Work) -> None:
    """Fetch what the channel has announced."""
    channel_id, began = work.whom("channel_id"), time.monotonic()
    caller = await ChannelCaller.of(channel_id, work.outside, work.now)
    while time.monotonic() - began < ROUND_S and (asked := await orders_to_fetch(channel_id)):
        try:
            # in any order: one that the platform fails at each time must not stay before all others
            for each in random.sample(asked, len(asked)):
                await _fetch_one(caller, each, work)
        except TryLater as later:  # its link knows until when; the sweep asks again
            log.warning("a platform is left alone for a while", channel=str(channel_id), why=str(later))
            return


async def _fetch_one(caller: ChannelCaller, asked: OrderToAskFor, work: Work) -> None:
    pull = caller.adapter.pull
    if pull is None or pull.order_request is None or pull.parse_order is None:
        await fetch_failed(asked, code="NOT_FETCHABLE", detail="It cannot be asked for.", now=work.now())
        return
    try:
        said = await caller.ask(partial(pull.order_request, asked.reference))
        message = said.read(pull.parse_order)
    except Refused as no:
        await fetch_failed(asked, code="PLATFORM_REFUSED", detail=str(no), now=work.now())
    except Unreadable as wrong:
        await fetch_failed(asked, code="UNREADABLE", detail=str(wrong), now=work.now())
    else:
        await take_order(caller.channel.id, asked, message, now=work.now())
