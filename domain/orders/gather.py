"""Gather concurrent callers into one transaction: a DataLoader for writes.

While one batch is being written, the next one collects, so batches grow with the load by
themselves and a lone caller waits for nobody. On a hot SKU this is what keeps the rate up: its
level is locked once a batch instead of once an order.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError

from domain.orders.entry import Placed
from domain.orders.incoming import IncomingOrder
from domain.orders.place_orders import ORDERS_MAX, place_orders
from domain.shared.actor import Actor

# Faults that one order's values may cause, so that its neighbours deserve another try without it.
_PERHAPS_ONE_ORDERS_FAULT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    IntegrityError,
    OperationalError,
)


@dataclass(frozen=True, slots=True)
class _Caller:
    order: IncomingOrder
    by: Actor
    answer: "asyncio.Future[Placed]"


class OrderIntake:
    """Places orders one by one for its callers, and batch by batch for the database."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: list[_Caller] = []
        self._writer: asyncio.Task[None] | None = None

    async def place(self, order: IncomingOrder, *, by: Actor) -> Placed:
        """As `place_orders` for one order. A caller that goes away does not stop its batch.

        Raises:
            Refusal: whatever `place_orders` answers for this order.
        """
        caller = _Caller(order, by, asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        if self._writer is None or self._writer.done():
            # in a context of its own: the caller's may be inside a transaction, which is not its batch's
            self._writer = asyncio.create_task(self._write_until_empty(), context=Context())
        return await caller.answer

    async def stop(self) -> None:
        """Return when everybody who waits has been answered."""
        if self._writer is not None:
            with suppress(asyncio.CancelledError):
                await self._writer

    async def _write_until_empty(self) -> None:
        await asyncio.sleep(0)  # let every caller that is ready now join the first batch
        while self._waiting:
            batch, self._waiting = self._waiting[:ORDERS_MAX], self._waiting[ORDERS_MAX:]
            batch.sort(key=lambda caller: caller.by.name)
            for _, callers in groupby(batch, key=lambda caller: caller.by):
                await self._write(list(callers))

    async def _write(self, callers: list[_Caller]) -> None:
        try:
            answers = await place_orders(
                [caller.order for caller in callers], by=callers[0].by, now=self._now()
            )
        except _PERHAPS_ONE_ORDERS_FAULT as fault:
            if len(callers) == 1:
                _answer(callers[0], fault)
            else:
                for caller in callers:
                    await self._write([caller])
        except Exception as fault:  # noqa: BLE001 - it belongs to the callers, who each get it
            for caller in callers:
                _answer(caller, fault)
        else:
            for caller, answer in zip(callers, answers, strict=True):
                _answer(caller, answer)


def _answer(caller: _Caller, answer: Placed | Exception) -> None:
    if caller.answer.done():  # it went away
        return
    if isinstance(answer, Exception):
        caller.answer.set_exception(answer)
    else:
        caller.answer.set_result(answer)
