"""Dead letters: list, replay, discard. For operators: the scope is ADMIN."""

import strawberry

from api.graphql.connections import BY_CREATED, After, Before, Connection, First, Last, Page, connect
from api.graphql.info import Info, admin
from api.graphql.jobs.types import DeadJob
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.relay import to_global, uuid_of
from api.graphql.resolvers import field, mutation
from domain.jobs.dead import discard_job, replay_job
from domain.jobs.models import Job, JobState
from domain.shared.actor import Scope


@strawberry.type
class JobQueries:
    """Reading dead letters."""

    @field(description="Jobs that failed too often, newest first. Needs ADMIN, of every channel.")
    async def dead_jobs(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DeadJob]:
        admin(info)
        rows = Job.filter(state=JobState.DEAD)
        return await connect(info, rows, Page(first, after, last, before), BY_CREATED, DeadJob.of)


@strawberry.input(description="Which dead job.")
class DeadJobInput:
    """Which dead job."""

    id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.type(description="The job that is no longer dead, or why it was left alone.")
class DeadJobPayload(Payload):
    """The job that is no longer dead."""

    id: strawberry.ID | None = strawberry.field(default=None, description="The job; null if refused.")


@strawberry.type
class JobMutations:
    """Replaying and discarding dead letters."""

    @mutation(description="Let a dead job run again, with all its attempts. Needs ADMIN, of every channel.")
    @refusable(DeadJobPayload)
    async def replay_job(self, info: Info, input: DeadJobInput) -> DeadJobPayload:  # noqa: A002
        keeper(info, Scope.ADMIN)
        key = uuid_of(input.id, "DeadJob")
        await replay_job(key, now=info.context.now())
        return DeadJobPayload(id=to_global("DeadJob", key))

    @mutation(description="Give a dead job up for good. Needs ADMIN, of every channel.")
    @refusable(DeadJobPayload)
    async def discard_job(self, info: Info, input: DeadJobInput) -> DeadJobPayload:  # noqa: A002
        keeper(info, Scope.ADMIN)
        key = uuid_of(input.id, "DeadJob")
        await discard_job(key)
        return DeadJobPayload(id=to_global("DeadJob", key))
