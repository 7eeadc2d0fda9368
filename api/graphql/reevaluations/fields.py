"""Asking for re-evaluations and reading them. For keys that see every channel."""

from uuid import UUID

import strawberry

from api.graphql.connections import BY_CREATED, After, Before, Connection, First, Last, Page, connect
from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.reevaluations.types import Reevaluation
from api.graphql.resolvers import field, mutation
from domain.shared.actor import Scope
from domain.sourcing.reevaluating.models import Reevaluation as ReevaluationRows
from domain.sourcing.reevaluating.request_reevaluation import request_reevaluation


@strawberry.type
class ReevaluationQueries:
    """Reading re-evaluations."""

    @field(description="All re-evaluations, newest first. For keys that see every channel.")
    async def reevaluations(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Reevaluation]:
        reader(info).require_every_channel()
        page = Page(first, after, last, before)
        return await connect(info, ReevaluationRows.all(), page, BY_CREATED, Reevaluation.of)


@strawberry.type(description="The re-evaluation that was asked for, or why it was not.")
class ReevaluationPayload(Payload):
    """The re-evaluation that was asked for."""

    reevaluation: Reevaluation | None = strawberry.field(
        default=None, description="As it is now; ask again until it is DONE. Null if refused."
    )


@strawberry.type
class ReevaluationMutations:
    """Asking for re-evaluations."""

    @mutation(
        description=(
            "Plan all open orders anew that nobody has begun to pick, and move those that become cheaper; a worker does "
            "it. One that waits already is the same one. For keys that see every channel."
        )
    )
    @refusable(ReevaluationPayload)
    async def reevaluate_sourcing(self, info: Info) -> ReevaluationPayload:
        by = keeper(info, Scope.FULFILMENT_WRITE)
        key = await request_reevaluation(by=by, now=info.context.now())
        return ReevaluationPayload(reevaluation=await reevaluation_of(info, key))


async def reevaluation_of(info: Info, key: UUID) -> Reevaluation | None:
    """The re-evaluation, if there is one."""
    row = await info.context.loaders.reevaluation.load(key)
    return None if row is None else Reevaluation.of(row)
