"""What each platform sells: listings of the channel's own assortment, and the proof that it holds what it may sell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cli.client import Client, require_done
from cli.demo.platforms.shape import Stand, StockSide
from domain.channels.adapters.parts import parts

LISTINGS_TOGETHER: Final = 500
PAGE: Final = 100
Advance = Callable[[int], None]

_SAVE: Final = """
mutation SaveListings($input: SaveListingsInput!) {
  saveListings(input: $input) { listings { id } userErrors { code field message } }
}
"""
_TELL: Final = """
mutation Tell($ids: [ID!]!) { tellListingsAgain(input: {ids: $ids}) { userErrors { code field message } } }
"""
_UNHEARD: Final = """
query Unheard($channel: String!) {
  listingCount(where: {channel: {eq: $channel}, drift: {is: NOT_HEARD, forSeconds: 0}}) { count }
}
"""
_LISTINGS: Final = """
query Listings($channel: String!, $first: Int!, $after: String) {
  listings(first: $first, after: $after, where: {channel: {eq: $channel}}) {
    nodes { variant { sku } desired { quantity } acknowledged { quantity } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_SELLABLE: Final = """
query Sellable($channel: String!, $skus: [String!]!) {
  availability(channel: $channel, skus: $skus) { nodes { sku sellable } }
}
"""


async def save_listings(
    client: Client, channel: str, skus: Sequence[str], side: StockSide, advance: Advance
) -> None:
    """Say what the channel sells. All of it is told again: of an earlier run's platform nothing is left."""
    for part in parts(skus, LISTINGS_TOGETHER):
        listings = [{"sku": sku, "externalIds": side.ids(sku)} for sku in part]
        answer = (await client.ask(_SAVE, input={"channel": channel, "listings": listings}))["saveListings"]
        require_done(answer, f"listings of {channel}")
        told = await client.ask(_TELL, ids=[listing["id"] for listing in answer["listings"]])
        require_done(told["tellListingsAgain"], f"listings of {channel}")
        advance(len(part))


async def unheard(client: Client, channel: str) -> int:
    """How many of the channel's listings have yet to confirm the latest; counted up to 10,000."""
    count: int = (await client.ask(_UNHEARD, channel=channel))["listingCount"]["count"]
    return count


@dataclass(slots=True)
class Agreement:
    """Whether a channel's listings were acknowledged, are sellable and are held by the platform alike."""

    listings: int = 0
    wrong: list[str] = field(default_factory=list)  # each a line about one listing


async def compare(client: Client, channel: str, side: StockSide, stand: Stand, advance: Advance) -> Agreement:
    """Read every listing of the channel, and what may be sold of it, and look at what its platform holds."""
    found = Agreement()
    after: str | None = None
    while True:
        page = (await client.ask(_LISTINGS, channel=channel, first=PAGE, after=after))["listings"]
        skus = [node["variant"]["sku"] for node in page["nodes"]]
        may = (await client.ask(_SELLABLE, channel=channel, skus=skus))["availability"]["nodes"]
        sellable = {each["sku"]: each["sellable"] for each in may}
        for node in page["nodes"]:
            sku = node["variant"]["sku"]
            found.wrong += judged(channel, node, sellable[sku], stand.held.get(side.ids(sku)[side.key]))
        found.listings += len(skus)
        advance(len(skus))
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def judged(channel: str, listing: Mapping[str, Any], sellable: int, held: int | None) -> list[str]:
    """What does not agree about a listing, in a line; nothing, if all does."""
    acknowledged = listing["acknowledged"] and listing["acknowledged"]["quantity"]
    if acknowledged == sellable == held == listing["desired"]["quantity"]:
        return []
    said, sku = listing["desired"]["quantity"], listing["variant"]["sku"]
    return [
        f"{channel}: {sellable} of {sku} sellable, {said} said, {acknowledged} confirmed, {held} held there"
    ]
