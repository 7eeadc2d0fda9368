"""What a worker does with the jobs that wait, step by step and at the time that a test says."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from domain.jobs.kinds import JobKind
from domain.shared.database import records
from domain.shared.settings import settings
from tests.factories import OUTSIDE
from workers.handling import Work
from workers.jobs.registry import HANDLERS, whom


async def do_jobs(*kinds: str, now: Callable[[], datetime]) -> None:
    """Do the waiting jobs of these kinds, one kind after the other, in the rounds that a worker would make of them."""
    for kind in map(JobKind, kinds):
        # in one statement, as a claim is: of those who look at the same moment one gets each job
        rows = await records("DELETE FROM jobs WHERE kind = $1 RETURNING payload", kind)
        rounds = [
            Work(payloads=payloads, settings=settings(), outside=OUTSIDE, now=now)
            for payloads in _rounds(kind, [orjson.loads(row["payload"]) for row in rows])
        ]
        await asyncio.gather(*map(HANDLERS[kind], rounds))


def _rounds(kind: JobKind, payloads: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    rounds = defaultdict[str, list[Mapping[str, Any]]](list)
    for payload in payloads:
        rounds[whom(kind, payload)].append(payload)
    return list(rounds.values())
