"""Reading listings, their drift, and the proof that platforms heard."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import strawberry
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from api.graphql.connections import (
    BY_CREATED,
    COUNT_MAX,
    After,
    Before,
    Connection,
    Count,
    First,
    Keyset,
    Last,
    Page,
    aware,
    connect,
    count_of,
)
from api.graphql.filters import TextFilter, texts
from api.graphql.info import Info, reader
from api.graphql.listings.types import Listing, StockPush
from api.graphql.resolvers import field
from domain.channels.models import Channel as ChannelRows
from domain.listings.drift import PATIENCE
from domain.listings.models import Drift
from domain.listings.models import Listing as ListingRows
from domain.listings.models import StockPush as PushRows
from domain.shared.actor import Actor
from domain.shared.reading import count_up_to, having
from domain.shared.refusal import InvalidInput
from domain.stock.reading import variants_with

_PUSHES = Keyset("SENT_AT", ("sent_at", "id"), (aware, UUID))
_WEEK_S = 7 * 86_400


@strawberry.input(description="Listings that drift, for how long at least.")
class DriftFilter:
    """Listings that drift, for how long at least."""

    is_: Drift | None = strawberry.field(default=None, name="is", description="In this way; null: in any.")
    for_seconds: int = strawberry.field(
        default=int(PATIENCE.total_seconds()), description="For at least so long; a push takes a moment."
    )


@strawberry.input(description="Which listings: all that is given must hold.")
class ListingWhere:
    """Which listings: all that is given must hold."""

    channel: TextFilter | None = strawberry.field(default=None, description="The channel's code.")
    sku: TextFilter | None = strawberry.field(default=None, description="The SKU.")
    drift: DriftFilter | None = strawberry.field(default=None, description="Only what drifts.")
    failed: bool | None = strawberry.field(
        default=None, description="True: the platform did not take the last one; false: it did."
    )

    def passing(self, info: Info) -> Q:
        wanted = Q()
        if self.channel is not None:
            wanted &= Q(channel_id__in=_channels(texts("code", self.channel, "where.channel")))
        if self.sku is not None:
            wanted &= Q(variant_id__in=variants_with(texts("sku", self.sku, "where.sku")))
        if self.failed is not None:
            wanted &= having("error__isnull", not self.failed)
        if self.drift is not None:
            wanted &= _drifting(self.drift, info)
        return wanted


def _channels(passing: Q) -> Subquery:
    return Subquery(ChannelRows.filter(passing).values("id"))


def _drifting(asked: DriftFilter, info: Info) -> Q:
    if not 0 <= asked.for_seconds <= _WEEK_S:
        raise InvalidInput(f"Must be 0 to {_WEEK_S} seconds.", field="where.drift.forSeconds")
    since = info.context.now() - timedelta(seconds=asked.for_seconds)
    unheard = Q(unheard_since__lte=since)
    differing = Q(differs_since__lte=since)
    return {Drift.NOT_HEARD: unheard, Drift.DIFFERS: differing, None: unheard | differing}[asked.is_]


def _visible(by: Actor) -> Q:
    return Q() if by.channel_ids is None else Q(channel_id__in=list(by.channel_ids))


Where = Annotated[ListingWhere | None, strawberry.argument(description="Only listings that pass this.")]
OfChannel = Annotated[str | None, strawberry.argument(description="Only to the channel of this code.")]


@strawberry.type
class ListingQueries:
    """Reading listings."""

    @field(
        description="What channels sell, newest first, with what each was told of our stock and confirmed."
    )
    async def listings(
        self,
        info: Info,
        *,
        where: Where = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Listing]:
        page = Page(first, after, last, before)
        return await connect(info, _rows(where, info), page, BY_CREATED, Listing.of)

    @field(description="How many listings pass; counting stops at 10,000.")
    async def listing_count(self, info: Info, where: Where = None) -> Count:
        return count_of(await count_up_to(_rows(where, info), COUNT_MAX))

    @field(description="Requests that told platforms about stock, newest first, and how each was answered.")
    async def stock_pushes(
        self,
        info: Info,
        *,
        channel: OfChannel = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[StockPush]:
        wanted = _visible(reader(info))
        if channel is not None:
            wanted &= Q(channel_id__in=_channels(Q(code=channel)))
        page = Page(first, after, last, before)
        return await connect(info, PushRows.filter(wanted), page, _PUSHES, StockPush.of)


def _rows(where: ListingWhere | None, info: Info) -> QuerySet[ListingRows]:
    return ListingRows.filter(_visible(reader(info)) & (where.passing(info) if where else Q()))
