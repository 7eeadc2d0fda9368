"""A key that is limited to channels: a root field, or a kind of node, either keeps to these or refuses it.

What is listed here keeps to them; the rest is asked in the name of such a key, with whatever arguments it needs, and
must answer that it is not allowed. So nothing new is open to such keys unless somebody thought of them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

from api.graphql.context import RequestContext
from api.graphql.loaders import Loaders
from api.graphql.relay import InvalidId, to_global
from api.graphql.schema import schema
from domain.shared.actor import Actor, Scope
from domain.shared.ids import new_id
from domain.shared.refusal import NotAllowed
from tests.factories import NOW

SCHEMA = schema._schema

# Orders and what belongs to one, channels and what is theirs: what others have does not exist for the key.
OF_A_CHANNEL = [
    "board",
    "scan",
    "node",
    "order",
    "orders",
    "orderCount",
    "fulfilmentOrders",
    "fulfilmentOrderCount",
    "sourcingDecisions",
    "channels",
    "availability",
    "inboundMessages",
    "inboundMessageCount",
    "inboundMessage",
    "previewReplay",
    "orderChanges",
    "orderChangeCount",
    "import",
    "imports",
    "export",
    "exports",
    "listings",
    "listingCount",
    "stockPushes",
    "reportTable",
    "reportTotals",
    "salesOverTime",
    "salesByChannel",
    "salesBySku",
    "salesByCategory",
    "salesByRegion",
    "channelPerformance",
    "fulfilmentOverTime",
    "fulfilmentByWarehouse",
    "placeOrder",
    "placeOrders",
    "holdOrder",
    "releaseOrder",
    "cancelOrder",
    "addOrderTags",
    "removeOrderTags",
    "cancelOrderLines",
    "releaseOrders",
    "holdOrders",
    "cancelOrders",
    "addTagsToOrders",
    "removeTagsFromOrders",
    "acceptFulfilmentOrder",
    "rejectFulfilmentOrder",
    "pickFulfilmentOrder",
    "packFulfilmentOrder",
    "shipFulfilmentOrder",
    "deliverFulfilmentOrder",
    "acceptFulfilmentOrders",
    "rejectFulfilmentOrders",
    "pickFulfilmentOrders",
    "packFulfilmentOrders",
    "shipFulfilmentOrders",
    "deliverFulfilmentOrders",
    "shortPickFulfilmentOrder",
    "saveChannel",
    "setChannelCredentials",
    "replayInboundMessages",
    "applyOrderChange",
    "dismissOrderChange",
    "importOrders",
    "pauseImport",
    "resumeImport",
    "cancelImport",
    "exportOrders",
    "exportReport",
    "cancelExport",
    "saveListings",
    "tellListingsAgain",
    "orderEvents",
]
# What is the key's own, or the same for everybody to read.
OF_NO_CHANNEL = [
    "viewer",
    "feedPosition",
    "savedViews",
    "saveView",
    "removeView",
    "variants",
    "warehouses",
    "shippingZones",
    "sourcingRules",
    "reports",
]
NODES_OF_A_CHANNEL = [
    "Channel",
    "Export",
    "FulfilmentOrder",
    "Import",
    "InboundMessage",
    "Listing",
    "Order",
    "OrderChange",
    "OrderLine",
    "SourcingDecision",
]
NODES_OF_NO_CHANNEL = ["Product", "Variant", "Warehouse"]

_WORDS = {
    "Boolean": "true",
    "Date": '"2026-11-22"',
    "DateTime": '"2026-11-22T12:00:00Z"',
    "Decimal": '"1"',
    "Float": "1.0",
    "ID": '"T3JkZXI6MQ=="',
    "Int": "1",
    "JSON": "{}",
    "String": '"any"',
    "WholeNumber": "1",
}


def _roots() -> Iterator[tuple[str, str, GraphQLField]]:
    """Every root field: of which operation, its name, itself."""
    for operation in ("query", "mutation", "subscription"):
        root = getattr(SCHEMA, f"{operation}_type")
        yield from ((operation, name, field) for name, field in root.fields.items())


def word(kind: GraphQLInputType) -> str:
    """A literal of this type, with nothing in it that need not be."""
    if isinstance(kind, GraphQLNonNull):
        return word(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{word(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    if isinstance(kind, GraphQLInputObjectType):
        wanted = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
        return f"{{{', '.join(f'{name}: {word(field.type)}' for name, field in wanted.items())}}}"
    return _WORDS[kind.name]


def _document(operation: str, name: str, field: GraphQLField) -> str:
    words = [f"{arg}: {word(it.type)}" for arg, it in field.args.items() if is_required_argument(it)]
    below = "{ __typename }" if is_composite_type(get_named_type(field.type)) else ""
    below = "{ userErrors { code } }" if operation == "mutation" else below
    return f"{operation} {{ {name}{f'({chr(44).join(words)})' if words else ''} {below} }}"


async def _asked(document: str) -> Any:
    """What a key with every scope is answered that is limited to a channel; the refusal, where it is one."""
    limited = Actor(name="partner", scopes=frozenset(Scope), channel_ids=frozenset({new_id()}))
    nothing: Any = None
    context = RequestContext(actor=limited, loaders=Loaders(), intake=nothing, live=nothing, now=lambda: NOW)
    result: Any = (
        await anext(await schema.subscribe(document, context_value=context))
        if document.startswith("subscription")
        else await schema.execute(document, context_value=context)
    )
    if result.errors:
        return result.errors[0].original_error or result.errors[0]
    return result.data


def test_what_is_said_to_keep_to_channels_is_there() -> None:
    listed = [*OF_A_CHANNEL, *OF_NO_CHANNEL]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {name for _, name, _ in _roots()}


@pytest.mark.parametrize(
    ("operation", "name", "field"),
    [
        pytest.param(*root, id=root[1])
        for root in _roots()
        if root[1] not in OF_A_CHANNEL and root[1] not in OF_NO_CHANNEL
    ],
)
async def test_every_other_field_refuses_a_limited_key(
    operation: str, name: str, field: GraphQLField
) -> None:
    answer = await _asked(_document(operation, name, field))
    if operation == "mutation" and not isinstance(answer, BaseException):
        assert [error["code"] for error in answer[name]["userErrors"]] == ["NOT_ALLOWED"]
    else:
        assert isinstance(answer, NotAllowed)


def _other_nodes() -> list[str]:
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    kinds = {kind.name for kind in SCHEMA.get_possible_types(node)}
    assert kinds >= {*NODES_OF_A_CHANNEL, *NODES_OF_NO_CHANNEL}
    return sorted(kinds - {*NODES_OF_A_CHANNEL, *NODES_OF_NO_CHANNEL})


@pytest.mark.parametrize("kind", _other_nodes())
async def test_every_other_node_is_refused_to_a_limited_key(kind: str) -> None:
    answer = await _asked(f'{{ node(id: "{to_global(kind, new_id())}") {{ id }} }}')
    assert isinstance(answer, NotAllowed | InvalidId)  # some are not to be had by their id at all
