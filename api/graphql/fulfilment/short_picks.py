"""Short picks: some units of a parcel are not there."""

from typing import Any

import strawberry

from api.graphql.fulfilment.missing import MissingUnitsInput, missing_units
from api.graphql.fulfilment.mutations import IDEMPOTENCY_KEY, FulfilmentOrderPayload
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.info import Info
from api.graphql.payloads import once_for, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from domain.fulfilment.short_pick import ShortPick, ShortReason, short_pick
from domain.shared.actor import Scope

strawberry.enum(
    ShortReason,
    name="ShortPickReason",
    description=(
        "Why units are missing. OUT_OF_STOCK: they are not there, so they leave the books. DAMAGED: they are there but "
        "cannot be sold."
    ),
)


@strawberry.input(description="What is missing from which parcel, and why.")
class ShortPickFulfilmentOrderInput:
    """What is missing from which parcel, and why."""

    id: strawberry.ID = strawberry.field(description="The fulfilment order.")
    missing: list[MissingUnitsInput] = strawberry.field(description="What is missing, each line once.")
    reason: ShortReason = strawberry.field(description="Why; decides what becomes of the stock.")
    note: str = strawberry.field(default="", description="For the timeline.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)

    def ask(self) -> ShortPick:
        return ShortPick(
            fulfilment_order_id=uuid_of(self.id, "FulfilmentOrder"),
            missing=missing_units(self.missing),
            reason=self.reason,
            note=self.note,
        )


@strawberry.type
class ShortPickMutations:
    """Short picks."""

    @mutation(
        description=(
            "Some units are missing: the parcel goes on with the rest, the stock is set right, and what is missing is "
            "sourced elsewhere. Where all of it is missing, or the order may not leave in parts, the parcel is REJECTED: "
            "what is there is free again, and all of it is sourced anew. Until it is PACKED."
        )
    )
    @refusable(FulfilmentOrderPayload)
    async def short_pick_fulfilment_order(
        self,
        info: Info,
        input: ShortPickFulfilmentOrderInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        by, ask = writer(info, Scope.FULFILMENT_WRITE), input.ask()

        async def run() -> dict[str, Any]:
            await short_pick(ask, by=by, now=info.context.now())
            return {}

        await once_for(info, "shortPickFulfilmentOrder", input, run)
        row = await info.context.loaders.fulfilment_order.load(ask.fulfilment_order_id)
        assert row is not None, "it was just picked"
        return FulfilmentOrderPayload(fulfilment_order=FulfilmentOrder.of(row))
