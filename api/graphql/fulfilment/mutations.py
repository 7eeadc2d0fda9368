"""Fulfilment orders, step by step: accept, reject, pick, pack, ship, deliver."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.fulfilment.missing import MissingUnitsInput, missing_units
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.info import Info
from api.graphql.payloads import Payload, once_for, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from domain.fulfilment.accept import accept
from domain.fulfilment.deliver import deliver
from domain.fulfilment.pack import pack
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.shared.actor import Scope

strawberry.enum(
    RejectReason,
    description=(
        "Why a warehouse cannot ship. OUT_OF_STOCK: the units are not there, so they leave the books. DAMAGED: they "
        "are there but cannot be sold. NO_CAPACITY, OTHER: the stock is right."
    ),
)

IDEMPOTENCY_KEY = (
    "Sent again with the same key and arguments, it happens once: choose a fresh one for each step."
)


@strawberry.input(description="Which fulfilment order takes the step.")
class FulfilmentStepInput:
    """Which fulfilment order takes the step."""

    id: strawberry.ID = strawberry.field(description="The fulfilment order.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Which fulfilment order the warehouse cannot ship, and why.")
class RejectFulfilmentOrderInput:
    """Which fulfilment order the warehouse cannot ship, and why."""

    id: strawberry.ID = strawberry.field(description="The fulfilment order.")
    reason: RejectReason = strawberry.field(description="Why; decides what becomes of the stock.")
    missing: list[MissingUnitsInput] | None = strawberry.field(
        default=None,
        description=(
            "What of it the reason is about, each line once: only these units leave the books or are unsellable, the rest "
            "is free again. None: all of it."
        ),
    )
    note: str = strawberry.field(default="", description="For the timeline.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Which parcel leaves, by whom, under which number.")
class ShipFulfilmentOrderInput:
    """Which parcel leaves, by whom, under which number."""

    id: strawberry.ID = strawberry.field(description="The fulfilment order.")
    carrier: str = strawberry.field(description="Who carries it.")
    tracking_number: str = strawberry.field(description="Its number with the carrier.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="The fulfilment order as it is now, or why it took no step.")
class FulfilmentOrderPayload(Payload):
    """The fulfilment order as it is now."""

    fulfilment_order: FulfilmentOrder | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type
class FulfilmentMutations:
    """Fulfilment orders, step by step."""

    @mutation(description="OPEN to ACCEPTED: the warehouse takes it on.")
    @refusable(FulfilmentOrderPayload)
    async def accept_fulfilment_order(
        self,
        info: Info,
        input: FulfilmentStepInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        return await _step(info, "acceptFulfilmentOrder", input, lambda id_, **by: accept([id_], **by))

    @mutation(
        description="To REJECTED: the warehouse cannot ship it. The stock is set right and the order sourced elsewhere."
    )
    @refusable(FulfilmentOrderPayload)
    async def reject_fulfilment_order(
        self,
        info: Info,
        input: RejectFulfilmentOrderInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        def rejecting(id_: UUID, **by: Any) -> Awaitable[None]:
            ask = RejectFulfilment(
                fulfilment_order_id=id_,
                reason=input.reason,
                note=input.note,
                missing=None if input.missing is None else missing_units(input.missing),
            )
            return reject(ask, **by)

        return await _step(info, "rejectFulfilmentOrder", input, rejecting)

    @mutation(description="ACCEPTED to PICKING: its units are being fetched.")
    @refusable(FulfilmentOrderPayload)
    async def pick_fulfilment_order(
        self,
        info: Info,
        input: FulfilmentStepInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        return await _step(info, "pickFulfilmentOrder", input, lambda id_, **by: start_picking([id_], **by))

    @mutation(description="PICKING to PACKED: it is ready to leave.")
    @refusable(FulfilmentOrderPayload)
    async def pack_fulfilment_order(
        self,
        info: Info,
        input: FulfilmentStepInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        return await _step(info, "packFulfilmentOrder", input, lambda id_, **by: pack([id_], **by))

    @mutation(description="PACKED to SHIPPED: it leaves the building, and its units leave the stock.")
    @refusable(FulfilmentOrderPayload)
    async def ship_fulfilment_order(
        self,
        info: Info,
        input: ShipFulfilmentOrderInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        def shipping(id_: UUID, **by: Any) -> Awaitable[None]:
            ask = ShipFulfilment(
                fulfilment_order_id=id_, carrier=input.carrier, tracking_number=input.tracking_number
            )
            return ship([ask], **by)

        return await _step(info, "shipFulfilmentOrder", input, shipping)

    @mutation(description="SHIPPED to DELIVERED: it arrived.")
    @refusable(FulfilmentOrderPayload)
    async def deliver_fulfilment_order(
        self,
        info: Info,
        input: FulfilmentStepInput,  # noqa: A002
    ) -> FulfilmentOrderPayload:
        return await _step(info, "deliverFulfilmentOrder", input, lambda id_, **by: deliver([id_], **by))


async def _step(
    info: Info,
    operation: str,
    asked: FulfilmentStepInput | RejectFulfilmentOrderInput | ShipFulfilmentOrderInput,
    take: Callable[..., Awaitable[None]],
) -> FulfilmentOrderPayload:
    by = writer(info, Scope.FULFILMENT_WRITE)
    key = uuid_of(asked.id, "FulfilmentOrder")

    async def run() -> dict[str, Any]:
        await take(key, by=by, now=info.context.now())
        return {}

    await once_for(info, operation, asked, run)
    row = await info.context.loaders.fulfilment_order.load(key)
    assert row is not None, "it just took a step"
    return FulfilmentOrderPayload(fulfilment_order=FulfilmentOrder.of(row))
