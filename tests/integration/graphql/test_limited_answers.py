"""What happens in another channel changes nothing of what a key reads that is limited to one."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_required_argument,
)

from api.graphql.schema import schema
from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.events.feed import advance_feed
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.outcomes import Source
from domain.listings.save_listings import SaveListing, save_listings
from domain.reporting.counting.follow import follow_feed
from domain.shared.actor import Actor, Scope
from tests.factories import NOW, TESTER, ask_export, upload
from tests.guards.test_limited_keys import OF_A_CHANNEL, OF_NO_CHANNEL, SCHEMA, word
from tests.integration.graphql.conftest import Client, Shop

# Asked for by what the key must know already; demand is that of all channels, since all are served from it.
BY_NAME = [
    "node",
    "order",
    "inboundMessage",
    "previewReplay",
    "import",
    "export",
    "availability",
    "reportTable",
    "reportTotals",
]
# What refuses the key within what it may read, and what stands for a moment.
_LEFT_OUT = {"stockLevels", "stockLevel", "unitCost", "asOf"}
# As deep as a document may be long.
DEPTHS = {"orders": 2, "fulfilmentOrders": 2, "sourcingDecisions": 3, "inboundMessages": 3, "orderChanges": 3}


def _selection(kind: GraphQLNamedType, depth: int) -> str:
    """All that can be read of this type without saying more."""
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return f"{{ __typename {' '.join(_fields(kind.fields, depth))} }}"


def _fields(fields: dict[str, GraphQLField], depth: int) -> Iterator[str]:
    for name, field in fields.items():
        below = get_named_type(field.type)
        if name in _LEFT_OUT or any(map(is_required_argument, field.args.values())):
            continue
        if not is_composite_type(below):
            yield name
        elif depth:
            yield f"{name}{'(first: 3)' if 'first' in field.args else ''} {_selection(below, depth - 1)}"


def _questions() -> dict[str, str]:
    """A document for each root field that such a key may read."""
    assert SCHEMA.query_type
    documents = {}
    for name, field in SCHEMA.query_type.fields.items():
        if name in BY_NAME or name not in {*OF_A_CHANNEL, *OF_NO_CHANNEL} - {"feedPosition"}:
            continue
        asked = {arg: word(it.type) for arg, it in field.args.items() if is_required_argument(it)}
        asked |= {"first": "3"} if "first" in field.args else {}
        words = f"({', '.join(f'{arg}: {text}' for arg, text in asked.items())})" if asked else ""
        below = get_named_type(field.type)
        documents[name] = f"{{ {name}{words} {_selection(below, DEPTHS.get(name, 4))} }}"
    return documents


async def _answers(client: Client) -> dict[str, Any]:
    answers = {}
    for name, document in _questions().items():
        result = await schema.execute(document, None, client.context())
        assert not result.errors, (name, result.errors)
        answers[name] = result.data
    return answers


async def _trade(shop: Shop, channel: Channel) -> None:
    """Something of everything that a channel has."""
    await shop.place(channel.code, {"MUG": 2})
    await shop.place(channel.code, {"POT": 1_000})
    await shop.source()
    await save_listings(
        channel.code, [SaveListing(sku="MUG", external_ids={"offer": channel.code})], by=TESTER, now=NOW
    )
    message = Message(topic="orders", body=b"{}", reference=f"{channel.code}-1")
    await archive(arrived(channel.id, [message], Source.WEBHOOK), now=NOW, unreadable="no")
    await upload(b"broken\n", channel=channel.code)
    key = Actor(name=channel.code, scopes=frozenset(Scope), channel_ids=frozenset({channel.id}))
    await ask_export(by=key)
    await advance_feed()
    while await follow_feed():
        pass


async def test_what_others_do_changes_nothing_that_it_reads(client: Client, shop: Shop) -> None:
    limited = client.limited_to(*Scope, channels=frozenset({shop.web.id}))
    await _trade(shop, shop.web)
    before, all_before = await _answers(limited), await _answers(client)
    await _trade(shop, shop.market)
    after, all_after = await _answers(limited), await _answers(client)
    assert after == before
    seen = {name for name in all_after if all_after[name] != all_before[name]}
    assert seen >= {
        *("board", "orders", "orderCount", "fulfilmentOrders", "fulfilmentOrderCount", "sourcingDecisions"),
        *("inboundMessages", "inboundMessageCount", "imports", "exports", "listings", "listingCount"),
        *("salesOverTime", "salesByChannel", "salesBySku", "salesByCategory", "salesByRegion"),
        "channelPerformance",
    }
