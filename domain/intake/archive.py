"""Archive what a platform sent, before it is answered: each message once, with a job that works it off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson

from domain.intake.arrived import Arrived
from domain.intake.outcomes import MessageOutcome
from domain.jobs.kinds import JobKind
from domain.shared.database import execute, records, statement, transactional
from domain.shared.ids import new_id

_ARCHIVE = statement(__file__, "archive.sql")
_SAID_SINCE = statement(__file__, "said_since.sql")
_COUNT_REPEATS = statement(__file__, "count_repeats.sql")
ASKS_FOR = JobKind.INTAKE  # the job that the statement writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """How many messages are new, and how many were there already."""

    new: int
    repeated: int


@transactional
async def archive(arrived: Sequence[Arrived], *, now: datetime, unreadable: str | None = None) -> Archived:
    """Archive the messages, or count them as come again; a worker is woken for those that are new.

    Idempotent, but for the count. `unreadable` says why the deliveries could not be split: they are kept
    as FAILED. What was asked for states its order as it is now: it is no repeat of what the order said before it said
    something else.
    """
    if not arrived:
        return Archived(new=0, repeated=0)
    written = await _write(arrived, unreadable, now)
    anew = await _stated_anew([each for each in arrived if each.id not in written and each.is_an_answer])
    if anew:
        written |= await _write(anew, unreadable, now)
    repeats = [each for each in arrived if each.id not in written]
    if repeats:
        await execute(
            _COUNT_REPEATS,
            [each.channel_id for each in repeats],
            [each.topic for each in repeats],
            [each.delivery_id for each in repeats],
            [each.event_id for each in repeats],
            [each.sha256 for each in repeats],
            now,
        )
    return Archived(new=len(written), repeated=len(repeats))


async def _write(arrived: Sequence[Arrived], unreadable: str | None, now: datetime) -> set[UUID]:
    return {row["id"] for row in await records(_ARCHIVE, *_columns(arrived, unreadable), now, new_id())}


async def _stated_anew(repeats: Sequence[Arrived]) -> list[Arrived]:
    """Those that come back to what their order said once, each named after what it said meanwhile."""
    if not repeats:
        return []
    rows = await records(
        _SAID_SINCE,
        [each.channel_id for each in repeats],
        [each.reference for each in repeats],
        [each.sha256 for each in repeats],
    )
    return [replace(repeats[row["at"] - 1], delivery_id=f"after {row['id']}") for row in rows]


def _columns(arrived: Sequence[Arrived], unreadable: str | None) -> list[list[object]]:
    outcome = MessageOutcome.RECEIVED if unreadable is None else MessageOutcome.FAILED
    return [
        [each.id for each in arrived],
        [each.channel_id for each in arrived],
        [each.source for each in arrived],
        [each.topic for each in arrived],
        [each.delivery_id for each in arrived],
        [each.event_id for each in arrived],
        [each.reference for each in arrived],
        [each.external_updated_at for each in arrived],
        [each.sha256 for each in arrived],
        [each.body for each in arrived],
        [orjson.dumps(each.headers).decode() for each in arrived],
        [outcome for _ in arrived],
        [None if unreadable is None else "UNREADABLE" for _ in arrived],
        [unreadable for _ in arrived],
    ]
