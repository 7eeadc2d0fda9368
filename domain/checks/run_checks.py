"""Check the house's promises, each of them one SQL file that finds what breaks it.

Adding a check is adding a file: its folder says what kind it is, its leading comment is the promise and,
after "If broken:", what to do then; its rows are the violations. `$1` is the time it is asked at.
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
_CAPPED = "WITH found AS MATERIALIZED (\n{query}\n) SELECT violation, count(*) OVER () AS number FROM found LIMIT {limit}"
_ADVICE = "If broken: "


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
    advice: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came out of a check: nothing, or `number` violations, up to VIOLATIONS_MAX of them in words."""

    name: str
    kind: CheckKind
    promise: str
    number: int
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
        return [await run_check(check, now=at) for check in CHECKS]


async def run_check(check: Check, *, now: datetime) -> CheckResult:
    """Run one check, in the transaction that is open if there is one."""
    began = time.perf_counter()
    query = _CAPPED.format(query=check.query, limit=VIOLATIONS_MAX)
    rows = await records(query, *([now] if "$1" in check.query else []))
    return CheckResult(
        name=check.name,
        kind=check.kind,
        promise=check.promise,
        number=rows[0]["number"] if rows else 0,
        violations=tuple(row["violation"] for row in rows),
        seconds=time.perf_counter() - began,
    )


def _checks() -> Iterator[Check]:
    for kind in CheckKind:
        for file in sorted(Path(__file__).with_name(kind.lower()).glob("*.sql")):
            query = file.read_text(encoding="utf-8")
            promise, _, advice = _comment(query).partition(_ADVICE)
            yield Check(name=file.stem, kind=kind, promise=promise.strip(), advice=advice, query=query)


def _comment(query: str) -> str:
    """The comment that a query begins with, as one line."""
    comment = takewhile(lambda line: line.startswith("--"), query.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in comment)


CHECKS = tuple(_checks())
