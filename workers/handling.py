"""What every job handler gets, and the shape of one."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.jobs.long_work import LongWork, enqueue_turn, note_fault
from domain.shared.settings import Settings
from workers.outside.client import Outside

TURN_S: Final = 20.0
# No round may take so long that its worker cuts it off, however many wait.
TURNS_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One round: the payloads of all jobs of a kind that were claimed together."""

    payloads: Sequence[Mapping[str, Any]]
    settings: Settings
    outside: Outside
    now: Callable[[], datetime]

    def whom(self, name: str) -> UUID:
        """Whom all its jobs name, in a round that is apart."""
        [named] = {UUID(payload[name]) for payload in self.payloads}
        return named


class SomeFailed(Exception):
    """Of a round's jobs those failed whose payload has one of `faults` under `named`; the others are done."""

    def __init__(self, named: str, faults: Mapping[UUID, Exception]) -> None:
        super().__init__(named, faults)
        self._named = named
        self._faults = faults

    def of(self, payload: Mapping[str, Any]) -> Exception | None:
        """What the job with this payload failed of; None: it is done."""
        return self._faults.get(UUID(payload[self._named]))


# Handlers are idempotent: a job may run twice, and a round may be cut off anywhere.
Handler = Callable[[Work], Awaitable[None]]


async def in_turns(work: Work, of: LongWork, turn: Callable[[UUID], Awaitable[bool]]) -> None:
    """A `turn` for each different row that the round's jobs name.

    What a turn says is left gets a job of its own, behind what waits by then; so does what had no turn in TURNS_S. A
    fault is noted in its row, and keeps no other from its turn.

    Raises:
        SomeFailed: by these faults.
    """
    faults: dict[UUID, Exception] = {}
    until = time.monotonic() + TURNS_S
    for row_id in dict.fromkeys(UUID(payload[of.named]) for payload in work.payloads):
        try:
            if time.monotonic() > until or await turn(row_id):
                await enqueue_turn(of, row_id, now=work.now())
        except Exception as fault:  # noqa: BLE001 -- it is noted, and raised below
            await note_fault(of, row_id, fault, attempts_max=work.settings.job_attempts_max, now=work.now())
            faults[row_id] = fault
    if faults:
        raise SomeFailed(of.named, faults) from next(iter(faults.values()))
