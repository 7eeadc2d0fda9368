"""Saving listings, and telling platforms again."""

from typing import Any

import strawberry
from strawberry.scalars import JSON

from api.graphql.info import Info
from api.graphql.listings.types import Listing
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from domain.listings.save_listings import InvalidListing, SaveListing, save_listings
from domain.listings.tell_again import tell_again
from domain.shared.actor import Scope
from domain.shared.refusal import InvalidInput

IDS_MAX = 500


@strawberry.input(description="A listing as it shall be.")
class ListingInput:
    """A listing as it shall be."""

    sku: str = strawberry.field(description="What is sold.")
    external_ids: JSON = strawberry.field(
        description='The platform\'s ids of it, as texts by the platform\'s names: {"inventory_item_id": "4711"}.'
    )
    active: bool = strawberry.field(default=True, description="Whether it is sold; if not, it is told 0.")

    def ask(self, field: str) -> SaveListing:
        ids: Any = self.external_ids
        if not isinstance(ids, dict) or not all(isinstance(value, str) for value in ids.values()):
            raise InvalidListing("Must be an object of texts.", field=field)
        return SaveListing(sku=self.sku, external_ids=ids, active=self.active)


@strawberry.input(description="Up to 500 listings of one channel, known by the platform's ids; all or none.")
class SaveListingsInput:
    """Up to 500 listings of one channel."""

    channel: str = strawberry.field(description="The channel's code.")
    listings: list[ListingInput] = strawberry.field(description="The listings.")


@strawberry.input(description="Up to 500 listings.")
class TellAgainInput:
    """Up to 500 listings."""

    ids: list[strawberry.ID] = strawberry.field(description="The listings.")


@strawberry.type(description="The listings as they are now, or why nothing was done.")
class ListingsPayload(Payload):
    """The listings as they are now."""

    listings: list[Listing] = strawberry.field(default_factory=list, description="As they are now.")


@strawberry.type
class ListingMutations:
    """Saving listings."""

    @mutation(description="Say what a channel sells; from then on it is told what it may sell of it.")
    @refusable(ListingsPayload)
    async def save_listings(self, info: Info, input: SaveListingsInput) -> ListingsPayload:  # noqa: A002
        by = writer(info, Scope.CATALOG_WRITE)
        asked = [each.ask(f"listings[{at}].externalIds") for at, each in enumerate(input.listings)]
        saved = await save_listings(input.channel, asked, by=by, now=info.context.now())
        rows = await info.context.loaders.listing.load_many(saved)
        return ListingsPayload(listings=[Listing.of(row) for row in rows if row])

    @mutation(
        description="Tell platforms again what these listings should say, whatever they confirmed before."
    )
    @refusable(ListingsPayload)
    async def tell_listings_again(self, info: Info, input: TellAgainInput) -> ListingsPayload:  # noqa: A002
        by = writer(info, Scope.STOCK_WRITE)
        if not 1 <= len(input.ids) <= IDS_MAX:
            raise InvalidInput(f"Name 1 to {IDS_MAX} listings.", field="ids")
        keys = [uuid_of(raw, "Listing", field=f"ids[{at}]") for at, raw in enumerate(input.ids)]
        await tell_again(keys, by=by, now=info.context.now())
        rows = await info.context.loaders.listing.load_many(keys)
        return ListingsPayload(listings=[Listing.of(row) for row in rows if row])
