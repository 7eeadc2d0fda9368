"""Listings as rows."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from asyncpg import Record

from domain.channels.adapters.contract import ListingQuantity
from domain.channels.models import ChannelLink
from domain.listings.models import Listing
from domain.shared.reading import Row, by_key, grouped


async def listings(ids: Sequence[UUID]) -> list[Row | None]:
    """The listing of each id."""
    return await by_key(Listing, "id", ids)


async def listings_of(variant_ids: Sequence[UUID]) -> list[list[Row]]:
    """The listings of each variant, by channel."""
    return await grouped(Listing, "variant_id", variant_ids, "channel_id", "external_key")


async def links(channel_ids: Sequence[UUID]) -> list[Row | None]:
    """How it goes with each channel's platform; None where nobody has spoken to it yet."""
    return await by_key(ChannelLink, "channel_id", channel_ids)


def quantity_of(row: Record) -> ListingQuantity:
    """A row of a listing with its quantity and version, as adapters take it."""
    return ListingQuantity(**dict(row) | {"external_ids": orjson.loads(row["external_ids"])})
