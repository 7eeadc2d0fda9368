"""Which orders: typed filters, and what they mean."""

from typing import Any
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.filters import (
    ChoiceFilter,
    DateTimeFilter,
    NumberFilter,
    TextFilter,
)
from domain.channels.reading import channel_ids
from domain.orders.filter import OrderFilter
from domain.orders.models import AllocationStatus, FulfilmentStatus, HoldReason, OrderState, Sourcing
from domain.orders.policies import Priority
from domain.orders.reading import search_orders
from domain.shared.actor import Actor
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


async def order_filter(where: OrderWhere | None, search: str | None, *, by: Actor) -> OrderFilter:
    """The orders that pass `where` and are found by `search`, among those that `by` may see.

    Raises:
        InvalidInput: a filter cannot be right; names it.
    """
    wanted = OrderFilter(channel_id=None if by.channel_ids is None else tuple(by.channel_ids))
    if where is not None:
        every = list(_all(where, 0))
        if len(every) > _CONDITIONS_MAX:
            raise InvalidInput(f"Up to {_CONDITIONS_MAX} nested conditions.", field="where")
        wanted = wanted.model_copy(update={"every": (_meant(where, await _channels(every), "where"),)})
    if search is not None and (text := require_text(search, field="search", longest=200)):
        wanted = wanted.model_copy(update={"id": tuple(await search_orders(text, by=by))})
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


def _meant(where: OrderWhere, channels: dict[str, UUID], at: str) -> OrderFilter:
    number, placed, promised = where.number, where.placed_at, where.promised_by
    codes = _choices(where.channel, f"{at}.channel")
    number_from, number_to = (None, None) if number is None else number.bounds(f"{at}.number")
    placed_since, placed_before = (None, None) if placed is None else placed.bounds(f"{at}.placedAt")
    promised_since, promised_before = (
        (None, None) if promised is None else promised.bounds(f"{at}.promisedBy")
    )
    return OrderFilter(
        channel_id=None if codes is None else tuple(channels[code] for code in codes if code in channels),
        number=_choices(number, f"{at}.number"),
        number_from=number_from,
        number_to=number_to,
        state=_choices(where.state, f"{at}.state"),
        sourcing=_choices(where.sourcing, f"{at}.sourcing"),
        allocation_status=_choices(where.allocation_status, f"{at}.allocationStatus"),
        fulfilment_status=_choices(where.fulfilment_status, f"{at}.fulfilmentStatus"),
        priority=_choices(where.priority, f"{at}.priority"),
        customer_reference=_choices(where.customer_reference, f"{at}.customerReference"),
        sku=_choices(where.sku, f"{at}.sku"),
        tag=_choices(where.tag, f"{at}.tag"),
        held_for=_choices(where.hold_reason, f"{at}.holdReason"),
        placed_since=placed_since,
        placed_before=placed_before,
        has_placed_at=_present(placed),
        promised_since=promised_since,
        promised_before=promised_before,
        has_promised_by=_present(promised),
        every=tuple(
            _meant(one, channels, f"{at}.and[{index}]") for index, one in enumerate(where.and_ or [])
        ),
        either=tuple(_meant(one, channels, f"{at}.or[{index}]") for index, one in enumerate(where.or_ or [])),
    )


def _choices(where: TextFilter | ChoiceFilter[Any] | NumberFilter | None, at: str) -> tuple[Any, ...] | None:
    wanted = None if where is None else where.choices(at)
    return None if wanted is None else tuple(wanted)


def _present(where: DateTimeFilter | None) -> bool | None:
    return None if where is None or where.is_null is None else not where.is_null
