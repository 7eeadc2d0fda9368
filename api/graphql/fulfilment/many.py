"""Fulfilment steps for many at once: each row takes its step or is refused by itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import strawberry

from api.graphql.errors import UserError, user_error
from api.graphql.fulfilment.mutations import IDEMPOTENCY_KEY
from api.graphql.fulfilment.types import FulfilmentOrder
from api.graphql.info import Info
from api.graphql.payloads import Payload, once_for, refusable, writer
from api.graphql.relay import InvalidId, require_few, uuid_of
from api.graphql.resolvers import field, mutation
from domain.fulfilment.accept import accept_each
from domain.fulfilment.deliver import deliver_each
from domain.fulfilment.pack import pack_each
from domain.fulfilment.reject import RejectFulfilment, RejectReason, reject_each
from domain.fulfilment.ship import ShipFulfilment, ship_each
from domain.fulfilment.start_picking import start_picking_each
from domain.fulfilment.step import Refused, UnknownFulfilmentOrder, WrongState
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput, Refusal
from domain.shared.text import InvalidText

STEPS_MAX = 500

Take = Callable[..., Awaitable[Refused]]


@strawberry.input(description="Which fulfilment orders take the step.")
class FulfilmentStepsInput:
    """Which fulfilment orders take the step."""

    ids: list[strawberry.ID] = strawberry.field(description="The fulfilment orders, up to 500.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Which fulfilment orders the warehouse cannot ship, and why.")
class RejectFulfilmentOrdersInput:
    """Which fulfilment orders the warehouse cannot ship, and why."""

    ids: list[strawberry.ID] = strawberry.field(description="The fulfilment orders, up to 500.")
    reason: RejectReason = strawberry.field(description="Why; decides what becomes of the stock.")
    note: str = strawberry.field(default="", description="For the timelines.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A parcel that leaves, by whom, under which number.")
class LeavingParcelInput:
    """A parcel that leaves."""

    id: strawberry.ID = strawberry.field(description="The fulfilment order.")
    carrier: str = strawberry.field(description="Who carries it.")
    tracking_number: str = strawberry.field(description="Its number with the carrier.")


@strawberry.input(description="Which parcels leave.")
class ShipFulfilmentOrdersInput:
    """Which parcels leave."""

    parcels: list[LeavingParcelInput] = strawberry.field(description="The parcels, up to 500.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type(description="What became of one fulfilment order of many.")
class FulfilmentOrderResult:
    """What became of one fulfilment order of many."""

    key: strawberry.Private[UUID | None]
    index: int = strawberry.field(description="Its place in the input, from 0.")
    user_errors: list[UserError] = strawberry.field(
        description="Why it took no step; empty when it did. `field` is relative to its row."
    )

    @field(description="As it is now; null if it was refused.")
    async def fulfilment_order(self, info: Info) -> FulfilmentOrder | None:
        if self.key is None:
            return None
        row = await info.context.loaders.fulfilment_order.load(self.key)
        assert row is not None, "it just took a step"
        return FulfilmentOrder.of(row)


@strawberry.type(description="What became of each fulfilment order.")
class FulfilmentOrdersPayload(Payload):
    """What became of each fulfilment order."""

    results: list[FulfilmentOrderResult] = strawberry.field(
        default_factory=list, description="One for each row, in the order of the input."
    )


@strawberry.type
class ManyFulfilmentMutations:
    """Fulfilment steps for many at once."""

    @mutation(description="OPEN to ACCEPTED for up to 500. Each is moved or refused by itself.")
    @refusable(FulfilmentOrdersPayload)
    async def accept_fulfilment_orders(
        self,
        info: Info,
        input: FulfilmentStepsInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        return await _steps(info, "acceptFulfilmentOrders", input, input.ids, accept_each)

    @mutation(
        description=(
            "To REJECTED for up to 500, for one reason: the stock is set right and the orders are sourced elsewhere. "
            "Each is rejected or refused by itself."
        )
    )
    @refusable(FulfilmentOrdersPayload)
    async def reject_fulfilment_orders(
        self,
        info: Info,
        input: RejectFulfilmentOrdersInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        def rejecting(keys: Sequence[UUID], **by: Any) -> Awaitable[Refused]:
            asks = [
                RejectFulfilment(fulfilment_order_id=key, reason=input.reason, note=input.note)
                for key in keys
            ]
            return reject_each(asks, **by)

        return await _steps(info, "rejectFulfilmentOrders", input, input.ids, rejecting)

    @mutation(description="ACCEPTED to PICKING for up to 500. Each is moved or refused by itself.")
    @refusable(FulfilmentOrdersPayload)
    async def pick_fulfilment_orders(
        self,
        info: Info,
        input: FulfilmentStepsInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        return await _steps(info, "pickFulfilmentOrders", input, input.ids, start_picking_each)

    @mutation(description="PICKING to PACKED for up to 500. Each is moved or refused by itself.")
    @refusable(FulfilmentOrdersPayload)
    async def pack_fulfilment_orders(
        self,
        info: Info,
        input: FulfilmentStepsInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        return await _steps(info, "packFulfilmentOrders", input, input.ids, pack_each)

    @mutation(
        description=(
            "PACKED to SHIPPED for up to 500: they leave the building, and their units leave the stock. "
            "Each is shipped or refused by itself."
        )
    )
    @refusable(FulfilmentOrdersPayload)
    async def ship_fulfilment_orders(
        self,
        info: Info,
        input: ShipFulfilmentOrdersInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        parcels = {parcel.id: parcel for parcel in reversed(input.parcels)}  # of one asked twice, the first

        def shipping(keys: Sequence[UUID], **by: Any) -> Awaitable[Refused]:
            wanted = {_key(raw): parcel for raw, parcel in parcels.items()}
            asks = [
                ShipFulfilment(
                    fulfilment_order_id=key,
                    carrier=wanted[key].carrier,
                    tracking_number=wanted[key].tracking_number,
                )
                for key in keys
            ]
            return ship_each(asks, **by)

        ids = [parcel.id for parcel in input.parcels]
        return await _steps(info, "shipFulfilmentOrders", input, ids, shipping, named="parcels")

    @mutation(description="SHIPPED to DELIVERED for up to 500. Each is moved or refused by itself.")
    @refusable(FulfilmentOrdersPayload)
    async def deliver_fulfilment_orders(
        self,
        info: Info,
        input: FulfilmentStepsInput,  # noqa: A002
    ) -> FulfilmentOrdersPayload:
        return await _steps(info, "deliverFulfilmentOrders", input, input.ids, deliver_each)


async def _steps(
    info: Info,
    operation: str,
    asked: FulfilmentStepsInput | RejectFulfilmentOrdersInput | ShipFulfilmentOrdersInput,
    ids: Sequence[str],
    take: Take,
    *,
    named: str = "ids",
) -> FulfilmentOrdersPayload:
    by, now = writer(info, Scope.FULFILMENT_WRITE), info.context.now()
    require_few(ids, STEPS_MAX, field=named)
    rows = _rows(ids)
    keys = [row for row in rows if isinstance(row, UUID)]

    async def run() -> dict[str, Any]:
        refused = await take(keys, by=by, now=now) if keys else {}
        return {str(key): _told(no) for key, no in refused.items()}

    refused = {
        UUID(key): _recalled(told) for key, told in (await once_for(info, operation, asked, run)).items()
    }
    return FulfilmentOrdersPayload(results=[_result(index, row, refused) for index, row in enumerate(rows)])


def _result(index: int, row: UUID | Refusal, refused: Refused) -> FulfilmentOrderResult:
    no = row if isinstance(row, Refusal) else refused.get(row)
    if no is not None:
        return FulfilmentOrderResult(key=None, index=index, user_errors=[user_error(no)])
    assert isinstance(row, UUID)
    return FulfilmentOrderResult(key=row, index=index, user_errors=[])


def _rows(ids: Sequence[str]) -> list[UUID | Refusal]:
    """The key of each row, or why it has none: no such id, or one that a row before it has."""
    seen: set[UUID] = set()
    rows: list[UUID | Refusal] = []
    for raw in ids:
        row = _key(raw)
        if isinstance(row, UUID) and row in seen:
            rows.append(InvalidInput("A row before this one names it already.", field="id"))
            continue
        if isinstance(row, UUID):
            seen.add(row)
        rows.append(row)
    return rows


def _key(raw: str) -> UUID | Refusal:
    try:
        return uuid_of(raw, "FulfilmentOrder")
    except InvalidId as no:
        return no


# A row's refusal is remembered with its request, and told again to whoever repeats it.
_KINDS: Mapping[str, type[Refusal]] = {kind.code: kind for kind in (UnknownFulfilmentOrder, InvalidText)}


def _told(no: Refusal) -> dict[str, Any]:
    if isinstance(no, WrongState):
        return {"code": no.code, "state": no.state, "allowed": list(no.allowed)}
    return {"code": no.code, "message": no.message, "field": no.field}


def _recalled(told: Mapping[str, Any]) -> Refusal:
    if told["code"] == WrongState.code:
        return WrongState(state=told["state"], allowed=told["allowed"])
    return _KINDS[told["code"]](told["message"], field=told["field"])
