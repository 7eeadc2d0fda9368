"""What every job handler gets, and the shape of one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.shared.settings import Settings
from workers.outside.client import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One round: the payloads of all jobs of a kind that were claimed together."""

    payloads: Sequence[Mapping[str, Any]]
    settings: Settings
    outside: Outside
    now: Callable[[], datetime]


# Handlers are idempotent: a job may run twice, and a round may be cut off anywhere.
Handler = Callable[[Work], Awaitable[None]]


async def side_by_side(work: Work, name: str, do: Callable[[UUID, Work], Awaitable[None]]) -> None:
    """`do` for each different id that the round's payloads have under `name`; one that fails keeps no other from it.

    The first fault is raised when all are done, so that the whole round is tried again.
    """
    ids = sorted({UUID(payload[name]) for payload in work.payloads})
    answers = await asyncio.gather(*(do(each, work) for each in ids), return_exceptions=True)
    for fault in answers:
        if isinstance(fault, BaseException):
            raise fault
