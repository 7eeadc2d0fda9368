"""Planning waves and letting people pick them. For keys that see every channel."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.fulfilment.mutations import IDEMPOTENCY_KEY
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.info import Info
from api.graphql.payloads import Payload, keeper, once_for, refusable
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import RawDateTime, WholeNumber, instant_or_none
from api.graphql.waves.queries import wave_of
from api.graphql.waves.types import Wave
from domain.fulfilment.waves.cancel_wave import cancel_wave
from domain.fulfilment.waves.create_wave import create_wave
from domain.fulfilment.waves.plan_waves import PARCELS_DEFAULT, PARCELS_MAX, PlanWaves, plan_waves
from domain.fulfilment.waves.refusals import InvalidWave
from domain.fulfilment.waves.release_wave import release_wave
from domain.fulfilment.waves.remove_from_wave import remove_from_wave
from domain.orders.policies import Priority
from domain.shared.actor import Scope


@strawberry.input(description="What of a warehouse's open work goes into waves of which size.")
class PlanWavesInput:
    """What of a warehouse's open work goes into waves of which size."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    ship_by: date | None = strawberry.field(
        default=None,
        description="The last planned ship date that is taken; unsaid: today, by the warehouse's clock.",
    )
    sourced_before: RawDateTime | None = strawberry.field(
        default=None,
        description="The cut-off: what was sourced at this moment or later waits for another wave.",
    )
    channels: list[str] | None = strawberry.field(
        default=None, description="Only orders of the channels with these codes; unsaid: all."
    )
    priorities: list[Priority] | None = strawberry.field(
        default=None, description="Only orders of these priorities; unsaid: all."
    )
    parcels_max: WholeNumber = strawberry.field(
        default=WholeNumber(PARCELS_DEFAULT), description="How many parcels a wave has at most: 1 to 500."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)

    def ask(self) -> PlanWaves:
        return PlanWaves(
            warehouse=self.warehouse,
            ship_by=self.ship_by,
            sourced_before=instant_or_none(self.sourced_before, field="sourcedBefore"),
            channels=None if self.channels is None else tuple(self.channels),
            priorities=None if self.priorities is None else tuple(self.priorities),
            parcels_max=self.parcels_max,
        )


@strawberry.input(description="Which wave.")
class WaveInput:
    """Which wave."""

    id: strawberry.ID = strawberry.field(description="The wave.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="What leaves which wave.")
class RemoveFromWaveInput:
    """What leaves which wave."""

    id: strawberry.ID = strawberry.field(description="The wave.")
    fulfilment_order_ids: list[strawberry.ID] = strawberry.field(
        description="The fulfilment orders, up to 500; one that is not in the wave stays where it is."
    )


@strawberry.type(description="The wave as it is now, or why nothing was done.")
class WavePayload(Payload):
    """The wave as it is now."""

    wave: Wave | None = strawberry.field(default=None, description="As it is now; null if refused.")


@strawberry.type(description="The waves that were planned, or why none was.")
class PlanWavesPayload(Payload):
    """The waves that were planned."""

    keys: strawberry.Private[tuple[UUID, ...]] = ()
    more: bool = strawberry.field(
        default=False, description="Whether more is due than a hundred waves hold: plan again."
    )

    @field(description="In the order in which they are best picked; none if nothing is due.")
    async def waves(self, info: Info) -> list[Wave]:
        rows = await info.context.loaders.wave.load_many(self.keys)
        return [Wave.of(row) for row in rows if row is not None]


@strawberry.type(
    description="The wave as it is now, and what could not be picked; or why it was not released."
)
class ReleaseWavePayload(WavePayload):
    """The wave as it is now, and what could not be picked."""

    left_out_keys: strawberry.Private[tuple[UUID, ...]] = ()

    @field(
        description="What is in the wave no longer, because it is on hold, cancelled, rejected or elsewhere by now."
    )
    async def left_out(self, info: Info) -> list[FulfilmentOrder]:
        rows = await info.context.loaders.fulfilment_order.load_many(self.left_out_keys)
        return [FulfilmentOrder.of(row) for row in rows if row is not None]


@strawberry.type
class WaveMutations:
    """Planning waves and letting people pick them."""

    @mutation(
        description=(
            "Make one wave of what is due first and in no wave yet: urgent orders, then by the day they leave. For "
            "keys that see every channel."
        )
    )
    @refusable(WavePayload)
    async def create_wave(self, info: Info, input: PlanWavesInput) -> WavePayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.FULFILMENT_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"id": str(await create_wave(ask, by=by, now=now))}

        done = await once_for(info, "createWave", input, run)
        return WavePayload(wave=await wave_of(info, UUID(done["id"])))

    @mutation(
        description=(
            "Put all that is due and in no wave yet into waves, up to a hundred at a time. For keys that see every "
            "channel."
        )
    )
    @refusable(PlanWavesPayload)
    async def plan_waves(self, info: Info, input: PlanWavesInput) -> PlanWavesPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.FULFILMENT_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            planned = await plan_waves(ask, by=by, now=now)
            return {"ids": [str(id_) for id_ in planned.ids], "more": planned.more}

        done = await once_for(info, "planWaves", input, run)
        return PlanWavesPayload(keys=tuple(UUID(id_) for id_ in done["ids"]), more=done["more"])

    @mutation(
        description=(
            "OPEN to RELEASED: all of it that is OPEN or ACCEPTED is being picked from now on; what cannot be any more "
            "leaves the wave. For keys that see every channel."
        )
    )
    @refusable(ReleaseWavePayload)
    async def release_wave(self, info: Info, input: WaveInput) -> ReleaseWavePayload:  # noqa: A002
        by, now, key = keeper(info, Scope.FULFILMENT_WRITE), info.context.now(), uuid_of(input.id, "Wave")

        async def run() -> dict[str, Any]:
            released = await release_wave(key, by=by, now=now)
            return {"leftOut": [str(id_) for id_ in released.left_out]}

        done = await once_for(info, "releaseWave", input, run)
        left_out = tuple(UUID(id_) for id_ in done["leftOut"])
        return ReleaseWavePayload(wave=await wave_of(info, key), left_out_keys=left_out)

    @mutation(
        description=(
            "Give an OPEN wave up; what was in it is free for another. A cancelled one stays as it is. For keys that "
            "see every channel."
        )
    )
    @refusable(WavePayload)
    async def cancel_wave(self, info: Info, input: WaveInput) -> WavePayload:  # noqa: A002
        by, now, key = keeper(info, Scope.FULFILMENT_WRITE), info.context.now(), uuid_of(input.id, "Wave")

        async def run() -> dict[str, Any]:
            await cancel_wave(key, by=by, now=now)
            return {}

        await once_for(info, "cancelWave", input, run)
        return WavePayload(wave=await wave_of(info, key))

    @mutation(
        description=(
            "Take fulfilment orders out of a wave, as they are: to be handled by themselves, or in a later wave. A wave "
            "with nothing left to do ends. For keys that see every channel."
        )
    )
    @refusable(WavePayload)
    async def remove_from_wave(self, info: Info, input: RemoveFromWaveInput) -> WavePayload:  # noqa: A002
        by, key = keeper(info, Scope.FULFILMENT_WRITE), uuid_of(input.id, "Wave")
        if not 1 <= len(input.fulfilment_order_ids) <= PARCELS_MAX:
            raise InvalidWave(f"Name 1 to {PARCELS_MAX} at a time.", field="fulfilmentOrderIds")
        parcels = [
            uuid_of(raw, "FulfilmentOrder", field=f"fulfilmentOrderIds[{at}]")
            for at, raw in enumerate(input.fulfilment_order_ids)
        ]
        await remove_from_wave(key, parcels, by=by, now=info.context.now())
        return WavePayload(wave=await wave_of(info, key))
