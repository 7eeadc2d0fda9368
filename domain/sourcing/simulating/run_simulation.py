"""Run a simulation: replay its span under its rules and under the active ones, and write what differs.

It reads what is past and writes rows of its own, in short transactions; live stock and orders are not
touched. A run that dies is begun again from the start: what it wrote meanwhile is written over.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import orjson
from pydantic import ValidationError

from domain.shared.database import execute, fetch, fetch_one, records, statement, transactional
from domain.shared.money import exponent
from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.rules.registry import problems
from domain.sourcing.said import kept
from domain.sourcing.simulating.compare import Change
from domain.sourcing.simulating.describe_change import describe_side
from domain.sourcing.simulating.read_past import Span
from domain.sourcing.simulating.report import Report
from domain.sourcing.simulating.stage import set_up

PROGRESS_EVERY_S = 1.0
RUN_MAX_S = 200  # a worker cuts its jobs off after 300
READ_MAX_S = 150  # how the span began costs what has happened since
ERROR_LENGTH_MAX = 4_000

_BEGIN = """
    UPDATE simulations SET state = 'RUNNING', done = 0, error = NULL, ended_at = NULL
    WHERE id = $1 AND state <> 'DONE' RETURNING rule_set_id, from_at, to_at
"""
_FORGET_CHANGES = "DELETE FROM simulation_changes WHERE simulation_id = $1"
_WRITE_CHANGES = statement(__file__, "write_changes.sql")
_PROGRESS = "UPDATE simulations SET done = $2 WHERE id = $1 AND state = 'RUNNING'"
_DONE = """
    UPDATE simulations SET state = 'DONE', done = 1, report = $2, ended_at = $3
    WHERE id = $1 AND state = 'RUNNING'
"""
# The job of a simulation that failed so often is given up with this attempt.
_FAILED = """
    UPDATE simulations SET error = $2, state = CASE WHEN over THEN 'FAILED' ELSE 'WAITING' END,
                           ended_at = CASE WHEN over THEN $3::timestamptz END
    FROM (SELECT $4 OR coalesce(max(attempts) >= $5, false) AS over FROM jobs
          WHERE kind = 'SIMULATE' AND payload->>'simulation_id' = ($1::uuid)::text) job
    WHERE id = $1 AND state = 'RUNNING'
"""
_POLICIES = """
    SELECT id, version, name, state = 'ACTIVE' AS active, definition::text AS definition FROM rule_sets
    WHERE id = $1 OR state = 'ACTIVE'
"""


_CODES = ("SELECT code FROM channels", "SELECT code FROM warehouses")


class Hopeless(Exception):
    """Trying again would not help."""


class BadRules(Hopeless):
    """The rule set cannot be used."""


class TooLong(Hopeless):
    """There is more in the span, or has happened since it began, than one run can take in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    rule_set_id: UUID
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    id: UUID
    version: int
    name: str
    active: bool
    definition: str

    def policy(self, currency: str) -> SourcingPolicy:
        try:
            rules = RuleSet.model_validate_json(self.definition)
        except ValidationError as wrong:
            raise BadRules(f"Rule set {self.version} cannot be read: {wrong}") from wrong
        return SourcingPolicy(
            version=f"{self.name}/{self.version}",
            currency=currency,
            exponent=exponent(currency),
            rules=rules,
        )


async def run_simulation(simulation_id: UUID, *, currency: str, now: Callable[[], datetime]) -> None:
    """Replay it, with costs in `currency`. Idempotent: one that is done stays as it is.

    Raises:
        BadRules: its rules cannot be used.
        TooLong: there is too much in its span, or it lies too far back.
    """
    began = time.monotonic()
    asked = await _begin(simulation_id)
    if asked is None:
        return
    span = Span(from_at=asked.from_at, to_at=asked.to_at)
    baseline, candidate = await _policies(asked.rule_set_id, currency)
    try:
        async with asyncio.timeout(READ_MAX_S):
            stage = await set_up(span, baseline=baseline, candidate=candidate)
    except TimeoutError as late:
        raise TooLong(f"Too much has happened since {span.from_at}: choose a later span.") from late
    comparison, progress = stage.comparison, _Progress(simulation_id, stage.now.codes)

    async for piece in stage.pieces:
        # in a thread: planning would keep the worker from everything else for as long as it takes
        changes = await asyncio.to_thread(comparison.run, piece.happenings, piece.actual)
        await progress.write(changes, done=span.share(piece.until))
        if time.monotonic() - began > RUN_MAX_S:
            raise TooLong(
                f"Too many orders for one run: only those until {piece.until} fit. Choose a shorter span."
            )
    await progress.write(await asyncio.to_thread(comparison.finish), done=1.0)
    await _finish(simulation_id, comparison.report(), now())


async def simulation_failed(
    simulation_id: UUID, fault: Exception, *, attempts_max: int, now: datetime
) -> bool:
    """Note why a run failed; True if trying again would not help.

    FAILED is a simulation that cannot succeed, or whose job is given up; another one waits again.
    """
    hopeless = isinstance(fault, Hopeless)
    error = (str(fault) if hopeless else repr(fault))[:ERROR_LENGTH_MAX]
    await execute(_FAILED, simulation_id, error, now, hopeless, attempts_max)
    return hopeless


@transactional
async def _begin(simulation_id: UUID) -> _Asked | None:
    asked = await fetch_one(_BEGIN, _Asked, simulation_id)
    if asked:
        await execute(_FORGET_CHANGES, simulation_id)
    return asked


async def _policies(rule_set_id: UUID, currency: str) -> tuple[SourcingPolicy, SourcingPolicy]:
    """Of the active rule set, and of the one that is tried."""
    rows = await fetch(_POLICIES, _Rules, rule_set_id)
    active = next(row for row in rows if row.active)
    tried = next(row for row in rows if row.id == rule_set_id)
    policies = active.policy(currency), tried.policy(currency)
    channels, warehouses = [{row["code"] for row in await records(query)} for query in _CODES]
    for problem in problems(policies[1].rules, channels=channels, warehouses=warehouses):
        raise BadRules(f"{problem.path}: {problem.message}")
    return policies


async def _finish(simulation_id: UUID, report: Report, now: datetime) -> None:
    await execute(_DONE, simulation_id, orjson.dumps(asdict(report)).decode(), now)


class _Progress:
    """Writes changes and how far the run is, about once a second."""

    def __init__(self, simulation_id: UUID, codes: dict[UUID, str]) -> None:
        self._simulation_id = simulation_id
        self._codes = codes
        self._written_at = time.monotonic()
        self._changes: list[Change] = []

    async def write(self, changes: Sequence[Change], *, done: float) -> None:
        self._changes += changes
        if done < 1 and time.monotonic() - self._written_at < PROGRESS_EVERY_S:
            return
        await self._write(done)
        self._written_at = time.monotonic()

    @transactional
    async def _write(self, done: float) -> None:
        changes, self._changes = self._changes, []
        if changes:
            await execute(
                _WRITE_CHANGES,
                self._simulation_id,
                [change.order_id for change in changes],
                [
                    orjson.dumps(describe_side(change.was, self._codes), default=kept).decode()
                    for change in changes
                ],
                [
                    orjson.dumps(describe_side(change.would_be, self._codes), default=kept).decode()
                    for change in changes
                ],
                [change.saved_minor for change in changes],
            )
        await execute(_PROGRESS, self._simulation_id, done)
