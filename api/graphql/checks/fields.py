"""Data checks: the promises of the house, what came out when they were last checked, and what to do then."""

from datetime import datetime
from typing import Self

import strawberry

from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.resolvers import field, mutation
from domain.checks.models import CheckRun
from domain.checks.reading import asked_for, runs_by_check
from domain.checks.request_checks import request_checks
from domain.checks.run_checks import CHECKS, Check, CheckKind
from domain.shared.actor import Scope

strawberry.enum(
    CheckKind,
    name="DataCheckKind",
    description=(
        "What a violation means. SAFETY: a promise is broken. LIVENESS: what should have happened by then had not; look "
        "again when workers have had time. WARNING: a person is asked to decide."
    ),
)


@strawberry.type(description="What came out of a data check.")
class DataCheckRun:
    """What came out of a data check."""

    at: datetime = strawberry.field(description="When it ran.")
    seconds: float = strawberry.field(description="How long it took.")
    violations: int | None = strawberry.field(
        description="How many there were; 0: the promise is kept; null: it did not end, see `error`."
    )
    samples: list[str] = strawberry.field(description="Up to 20 of them in words.")
    error: str | None = strawberry.field(description="Why it did not end.")

    @classmethod
    def of(cls, run: CheckRun) -> Self:
        return cls(
            at=run.at, seconds=run.seconds, violations=run.violations, samples=run.samples, error=run.error
        )


@strawberry.type(description="A promise of the house that is checked on its data.")
class DataCheck:
    """A promise of the house that is checked on its data."""

    name: str = strawberry.field(description="Its name, for programs.")
    kind: CheckKind = strawberry.field(description="What a violation means.")
    promise: str = strawberry.field(description="What is promised.")
    advice: str = strawberry.field(description="What to do when it is broken.")
    waiting: bool = strawberry.field(description="Whether a worker is about to run it.")
    last_run: DataCheckRun | None = strawberry.field(description="The latest run; null: it has not run yet.")
    runs: list[DataCheckRun] = strawberry.field(description="The runs that are kept, newest first: up to 20.")

    @classmethod
    def of(cls, check: Check, runs: list[CheckRun], *, waiting: bool) -> Self:
        kept = [DataCheckRun.of(run) for run in runs]
        return cls(
            name=check.name,
            kind=check.kind,
            promise=check.promise,
            advice=check.advice,
            waiting=waiting,
            last_run=kept[0] if kept else None,
            runs=kept,
        )


async def _all() -> list[DataCheck]:
    runs, waiting = await runs_by_check(), await asked_for()
    return [DataCheck.of(each, runs.get(each.name, []), waiting=each.name in waiting) for each in CHECKS]


@strawberry.type
class CheckQueries:
    """Reading data checks."""

    @field(
        description="The data checks, safety first. They run by themselves. For keys that see every channel."
    )
    async def data_checks(self, info: Info) -> list[DataCheck]:
        reader(info).require_every_channel()
        return await _all()


@strawberry.input(description="Which data checks are run.")
class RunDataChecksInput:
    """Which data checks are run."""

    names: list[str] | None = strawberry.field(default=None, description="Those of these names; null: all.")


@strawberry.type(
    description="The data checks, of which those that were asked for are waiting, or why none is."
)
class RunDataChecksPayload(Payload):
    """The data checks."""

    data_checks: list[DataCheck] = strawberry.field(
        default_factory=list, description="All of them, as they are now; empty if refused."
    )


@strawberry.type
class CheckMutations:
    """Asking for data checks."""

    @mutation(description="Have data checks run by a worker, now. Needs ADMIN, of every channel.")
    @refusable(RunDataChecksPayload)
    async def run_data_checks(
        self,
        info: Info,
        input: RunDataChecksInput,  # noqa: A002
    ) -> RunDataChecksPayload:
        by = keeper(info, Scope.ADMIN)
        await request_checks(input.names, by=by, now=info.context.now())
        return RunDataChecksPayload(data_checks=await _all())
