"""Asking for simulations and reading them. For keys that see every channel."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.graphql.connections import BY_CREATED, After, Before, Connection, First, Last, Page, connect
from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, keeper, once_for, refusable
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import RawDateTime, instant_of
from api.graphql.simulations.types import Simulation
from domain.shared.actor import Scope
from domain.sourcing.simulating.models import Simulation as SimulationRows
from domain.sourcing.simulating.simulate_sourcing import SimulateSourcing, simulate_sourcing


@strawberry.type
class SimulationQueries:
    """Reading simulations."""

    @field(description="A simulation; null if there is none. For keys that see every channel.")
    async def simulation(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> Simulation | None:
        reader(info).require_every_channel()
        return await simulation_of(info, uuid_of(id, "Simulation"))

    @field(description="All simulations, newest first. For keys that see every channel.")
    async def simulations(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Simulation]:
        reader(info).require_every_channel()
        page = Page(first, after, last, before)
        return await connect(info, SimulationRows.all(), page, BY_CREATED, Simulation.of)


@strawberry.input(description="Which span of the past is replayed, and under which rules.")
class SimulateSourcingInput:
    """Which span of the past is replayed, and under which rules."""

    rule_set_id: strawberry.ID = strawberry.field(description="The rule set that is tried; a draft, usually.")
    from_at: RawDateTime = strawberry.field(name="from", description="Where the span begins.")
    to_at: RawDateTime = strawberry.field(
        name="to", description="Where it ends, itself excluded: in the past, up to 31 days after `from`."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Sent again with the same key and arguments, it happens once: choose a fresh one for each.",
    )

    def ask(self) -> SimulateSourcing:
        return SimulateSourcing(
            rule_set_id=uuid_of(self.rule_set_id, "RuleSet", field="ruleSetId"),
            from_at=instant_of(self.from_at, field="from"),
            to_at=instant_of(self.to_at, field="to"),
        )


@strawberry.type(description="The simulation that was asked for, or why it was not.")
class SimulationPayload(Payload):
    """The simulation that was asked for."""

    simulation: Simulation | None = strawberry.field(
        default=None, description="As it is now; ask again until it is DONE. Null if refused."
    )


@strawberry.type
class SimulationMutations:
    """Asking for simulations."""

    @mutation(
        description=(
            "Replay past orders under a rule set with the stock as it was, and tell what would differ. A worker does "
            "it; neither stock nor orders are touched. For keys that see every channel."
        )
    )
    @refusable(SimulationPayload)
    async def simulate_sourcing(self, info: Info, input: SimulateSourcingInput) -> SimulationPayload:  # noqa: A002
        by, now = keeper(info, Scope.CATALOG_WRITE), info.context.now()
        ask = input.ask()

        async def run() -> dict[str, Any]:
            return {"id": str(await simulate_sourcing(ask, by=by, now=now))}

        done = await once_for(info, "simulateSourcing", input, run)
        return SimulationPayload(simulation=await simulation_of(info, UUID(done["id"])))


async def simulation_of(info: Info, key: UUID) -> Simulation | None:
    """The simulation, if there is one."""
    row = await info.context.loaders.simulation.load(key)
    return None if row is None else Simulation.of(row)
