"""Which orders: typed filters, and the rows that pass them."""

from uuid import UUID

import strawberry
from tortoise.expressions import Q, Subquery

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.filters import (
    ChoiceFilter,
    DateTimeFilter,
    NumberFilter,
    TextFilter,
    choices,
    moments,
    numbers,
    one_of,
    texts,
)
from domain.channels.reading import channel_ids
from domain.orders.models import (
    AllocationStatus,
    FulfilmentStatus,
    HoldReason,
    OrderHold,
    OrderLine,
    OrderState,
    Sourcing,
)
from domain.orders.policies import Priority
from domain.orders.reading import search_orders
from domain.shared.actor import Actor
from domain.shared.reading import having
from domain.shared.refusal import InvalidInput
from domain.shared.text import require_text

_NESTING_MAX = 4
_CONDITIONS_MAX = 50


@strawberry.input(description="Which orders: all that is given must hold.")
class OrderWhere:
    """Which orders: all that is given must hold."""

    channel: TextFilter | None = strawberry.field(default=None, description="The code of its channel.")
    number: NumberFilter | None = strawberry.field(default=None, description="Its number.")
    state: ChoiceFilter[OrderState] | None = strawberry.field(default=None, description="Its own state.")
    sourcing: ChoiceFilter[Sourcing] | None = strawberry.field(
        default=None, description="Where it stands with sourcing."
    )
    allocation_status: ChoiceFilter[AllocationStatus] | None = strawberry.field(
        default=None, description="How far its units are promised."
    )
    fulfilment_status: ChoiceFilter[FulfilmentStatus] | None = strawberry.field(
        default=None, description="How far its units have left."
    )
    priority: ChoiceFilter[Priority] | None = strawberry.field(default=None, description="How urgent it is.")
    customer_reference: TextFilter | None = strawberry.field(
        default=None, description="What its channel calls the customer."
    )
    sku: TextFilter | None = strawberry.field(default=None, description="A SKU that is in one of its lines.")
    tag: TextFilter | None = strawberry.field(default=None, description="A tag that it carries.")
    hold_reason: ChoiceFilter[HoldReason] | None = strawberry.field(
        default=None, description="A reason for which it is held now."
    )
    placed_at: DateTimeFilter | None = strawberry.field(default=None, description="When it was placed.")
    promised_by: DateTimeFilter | None = strawberry.field(
        default=None, description="By when it was promised."
    )
    and_: list["OrderWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold, too."
    )
    or_: list["OrderWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds, too."
    )


async def passing(where: OrderWhere | None, search: str | None, *, by: Actor) -> Q:
    """The orders `by` may see that pass `where` and `search`.

    Raises:
        InvalidInput: a filter cannot be right; names it.
    """
    wanted = Q() if by.channel_ids is None else one_of("channel_id", by.channel_ids)
    if where is not None:
        every = list(_all(where, 0))
        if len(every) > _CONDITIONS_MAX:
            raise InvalidInput(f"Up to {_CONDITIONS_MAX} nested conditions.", field="where")
        wanted &= _holds(where, await _channels(every), "where")
    if search is not None and (text := require_text(search, field="search", longest=200)):
        wanted &= one_of("id", await search_orders(text, by=by))
    return wanted


def _all(where: OrderWhere, depth: int) -> list[OrderWhere]:
    if depth > _NESTING_MAX:
        raise InvalidInput(f"`and` and `or` nest up to {_NESTING_MAX} times.", field="where")
    inner = [one for part in (where.and_ or [], where.or_ or []) for one in part]
    return [where, *(found for one in inner for found in _all(one, depth + 1))]


async def _channels(every: list[OrderWhere]) -> dict[str, UUID]:
    """The ids of all channels that are named anywhere, by one query."""
    named = {code for one in every if one.channel for code in one.channel.choices("where.channel") or ()}
    return await channel_ids(named) if named else {}


def _holds(where: OrderWhere, channels: dict[str, UUID], at: str) -> Q:
    wanted = (
        numbers("number", where.number, f"{at}.number")
        & choices("state", where.state, f"{at}.state")
        & choices("sourcing", where.sourcing, f"{at}.sourcing")
        & choices("allocation_status", where.allocation_status, f"{at}.allocationStatus")
        & choices("fulfilment_status", where.fulfilment_status, f"{at}.fulfilmentStatus")
        & choices("priority", where.priority, f"{at}.priority")
        & texts("customer_reference", where.customer_reference, f"{at}.customerReference")
        & moments("placed_at", where.placed_at, f"{at}.placedAt")
        & moments("promised_by", where.promised_by, f"{at}.promisedBy")
        & _in_channels(where.channel, channels, f"{at}.channel")
        & _with_sku(where.sku, f"{at}.sku")
        & _with_tag(where.tag, f"{at}.tag")
        & _held_for(where.hold_reason, f"{at}.holdReason")
    )
    for index, one in enumerate(where.and_ or []):
        wanted &= _holds(one, channels, f"{at}.and[{index}]")
    if where.or_:
        either = [_holds(one, channels, f"{at}.or[{index}]") for index, one in enumerate(where.or_)]
        wanted &= Q(*either, join_type="OR")
    return wanted


def _in_channels(where: TextFilter | None, channels: dict[str, UUID], at: str) -> Q:
    codes = None if where is None else where.choices(at)
    return (
        Q() if codes is None else one_of("channel_id", [channels[code] for code in codes if code in channels])
    )


def _with_sku(where: TextFilter | None, at: str) -> Q:
    if where is None or (skus := where.choices(at)) is None:
        return Q()
    return Q(id__in=Subquery(OrderLine.filter(one_of("sku", skus)).values("order_id")))


def _with_tag(where: TextFilter | None, at: str) -> Q:
    if where is None or (tags := where.choices(at)) is None:
        return Q()
    return having("tagged__overlap", tags)


def _held_for(where: ChoiceFilter[HoldReason] | None, at: str) -> Q:
    if where is None or (reasons := where.choices(at)) is None:
        return Q()
    holds = OrderHold.filter(one_of("reason", reasons) & Q(released_at__isnull=True))
    return Q(id__in=Subquery(holds.values("order_id")))
