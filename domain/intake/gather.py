"""Gather concurrent deliveries into one transaction, so that their rate is not that of single commits."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError

from domain.intake.archive import archive
from domain.intake.arrived import Arrived

MESSAGES_MAX = 250
BYTES_MAX = 4 * 1024 * 1024
# Faults that one delivery's values may cause, so that its neighbours deserve another try without it.
_PERHAPS_ONE_DELIVERYS_FAULT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    IntegrityError,
    OperationalError,
)


@dataclass(frozen=True, slots=True)
class _Caller:
    messages: Sequence[Arrived]
    archived: "asyncio.Future[None]"

    @property
    def size(self) -> tuple[int, int]:
        return len(self.messages), sum(len(each.body) for each in self.messages)


class MessageIntake:
    """Archives delivery by delivery for its callers, and batch by batch for the database."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: list[_Caller] = []
        self._writer: asyncio.Task[None] | None = None

    async def archive(self, messages: Sequence[Arrived]) -> None:
        """Return when the messages of one delivery are committed. A caller that goes away stops nothing."""
        caller = _Caller(messages, asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        if self._writer is None or self._writer.done():
            # in a context of its own: the caller's may be inside a transaction, which is not its batch's
            self._writer = asyncio.create_task(self._write_until_empty(), context=Context())
        await caller.archived

    async def stop(self) -> None:
        """Return when everybody who waits has been answered."""
        if self._writer is not None:
            with suppress(asyncio.CancelledError):
                await self._writer

    async def _write_until_empty(self) -> None:
        await asyncio.sleep(0)  # let every delivery that is ready now join the first batch
        while self._waiting:
            await self._write(self._next_batch())

    def _next_batch(self) -> list[_Caller]:
        messages = bytes_ = taken = 0
        for caller in self._waiting:
            more, longer = caller.size
            if taken and (messages + more > MESSAGES_MAX or bytes_ + longer > BYTES_MAX):
                break
            messages, bytes_, taken = messages + more, bytes_ + longer, taken + 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _write(self, callers: list[_Caller]) -> None:
        try:
            await archive([each for caller in callers for each in caller.messages], now=self._now())
        except _PERHAPS_ONE_DELIVERYS_FAULT as fault:
            if len(callers) == 1:
                _answer(callers, fault)
            else:
                for caller in callers:
                    await self._write([caller])
        except Exception as fault:  # noqa: BLE001 - it belongs to the callers, who each get it
            _answer(callers, fault)
        else:
            _answer(callers, None)


def _answer(callers: Sequence[_Caller], fault: Exception | None) -> None:
    for caller in callers:
        if caller.archived.done():  # it went away
            continue
        if fault is None:
            caller.archived.set_result(None)
        else:
            caller.archived.set_exception(fault)
