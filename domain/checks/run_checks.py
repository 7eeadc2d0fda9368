"""Check the house's promises, each of them one SQL file that finds what breaks it.

Adding a check is adding a file: its folder says what kind it is, its leading comment is the promise,
its rows are the violations. `$1` is the time it is asked at.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

from domain.shared.database import execute, records, transaction

VIOLATIONS_MAX = 20
# one snapshot for all of them, so that they agree with each other on a system at work
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ROOM = "SET LOCAL work_mem = '64MB'"
# materialised, or the limit would make the planner bet on finding violations soon
_CAPPED = "WITH found AS MATERIALIZED (\n{query}\n) SELECT violation FROM found LIMIT {limit}"


class CheckKind(StrEnum):
    """What a violation means.

    SAFETY: a promise is broken, in whatever moment one looks. LIVENESS: what should have happened by
    now has not; look again when the workers have had time. WARNING: a person is asked to decide.
    """

    SAFETY = "SAFETY"
    LIVENESS = "LIVENESS"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise, and the query that finds what breaks it."""

    name: str
    kind: CheckKind
    promise: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came out of a check: nothing, or up to VIOLATIONS_MAX violations in words."""

    name: str
    kind: CheckKind
    promise: str
    violations: tuple[str, ...]
    seconds: float

    @property
    def kept(self) -> bool:
        return not self.violations


async def run_checks(*, now: datetime | None = None) -> list[CheckResult]:
    """Run every check against one snapshot, safety first; changes and locks nothing.

    `now` None: the present. Belongs outside of a transaction.
    """
    at = now or datetime.now(UTC)
    async with transaction():
        await execute(_SNAPSHOT)
        await execute(_ROOM)
        return [await _run(check, at) for check in CHECKS]


async def _run(check: Check, now: datetime) -> CheckResult:
    began = time.perf_counter()
    query = _CAPPED.format(query=check.query, limit=VIOLATIONS_MAX)
    rows = await records(query, *([now] if "$1" in check.query else []))
    return CheckResult(
        name=check.name,
        kind=check.kind,
        promise=check.promise,
        violations=tuple(row["violation"] for row in rows),
        seconds=time.perf_counter() - began,
    )


def _checks() -> Iterator[Check]:
    for kind in CheckKind:
        for file in sorted(Path(__file__).with_name(kind.lower()).glob("*.sql")):
            query = file.read_text(encoding="utf-8")
            yield Check(name=file.stem, kind=kind, promise=_promise(query), query=query)


def _promise(query: str) -> str:
    """The comment that a query begins with, as one line."""
    comment = takewhile(lambda line: line.startswith("--"), query.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in comment)


CHECKS = tuple(_checks())
