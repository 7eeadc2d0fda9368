"""Placing orders: each once, each wrong one refused by name, and nothing written when refused."""

from copy import deepcopy
from typing import Any

import pytest

from domain.orders.models import Order
from domain.shared.actor import Scope
from domain.stock.models import StockLevel
from tests.factories import unique
from tests.integration.graphql.conftest import Client, Shop

PLACE = """
    mutation ($input: PlaceOrderInput!) {
      placeOrder(input: $input) {
        order { id number version externalReference } replayed
        userErrors { __typename message code field ... on InsufficientStock { shortfalls { sku requested available } } }
      }
    }
"""
PLACE_MANY = """
    mutation ($input: PlaceOrdersInput!) {
      placeOrders(input: $input) {
        results { index replayed order { number state } userErrors { code field } } userErrors { code field }
      }
    }
"""
LONG = "x" * 201


def order(**stated: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "channel": "web",
        "externalReference": unique("ref"),
        "placedAt": "2026-11-22T11:00:00+01:00",
        "currencyCode": "EUR",
        "shipTo": {"countryCode": "DE", "city": "Berlin", "latitude": 52.5, "longitude": 13},
        "lines": [{"sku": "MUG", "quantity": 2, "unitPrice": "19.90", "tax": "6.35"}],
        "shipping": "4.95",
    }
    return defaults | stated


def line(**stated: Any) -> list[dict[str, Any]]:
    return [{"sku": "MUG", "quantity": 1, "unitPrice": "1.00"} | stated]


async def test_an_order_is_placed_once_however_often_it_is_sent(client: Client, shop: Shop) -> None:
    asked = order()
    first = (await client.ask(PLACE, input=asked))["placeOrder"]
    again = (await client.ask(PLACE, input=deepcopy(asked)))["placeOrder"]
    assert first["userErrors"] == again["userErrors"] == []
    assert first["order"] == again["order"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["order"]["externalReference"] == asked["externalReference"]

    other = (await client.ask(PLACE, input=asked | {"shipping": "9.95"}))["placeOrder"]
    assert other["order"] is None
    assert [error["__typename"] for error in other["userErrors"]] == ["ReferenceReused"]
    assert await Order.all().count() == 1


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"lines": line(sku="NOPE")}, "UNKNOWN_SKU", "lines[0].sku"),
    ({"channel": "nowhere"}, "UNKNOWN_CHANNEL", "channel"),
    ({"lines": line(quantity=0)}, "INVALID_ORDER", "lines[0].quantity"),
    ({"lines": line(quantity=-1)}, "INVALID_ORDER", "lines[0].quantity"),
    ({"lines": line(quantity=10**30)}, "INVALID_ORDER", "lines[0].quantity"),
    ({"lines": line(quantity=1e30)}, "INVALID_ORDER", "lines[0].quantity"),
    ({"lines": line(unitPrice="-1")}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": line(unitPrice="1" + "0" * 30)}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": line(unitPrice="NaN")}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": line(unitPrice="1e1000000")}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": line(unitPrice="1.999")}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": line(unitPrice=10**30)}, "INVALID_ORDER", "lines[0].unitPrice"),
    ({"lines": []}, "INVALID_ORDER", "lines"),
    ({"placedAt": "2026-11-22T11:00:00"}, "INVALID_ORDER", "placedAt"),
    ({"placedAt": 20261122}, "INVALID_ORDER", "placedAt"),
    ({"promisedBy": "tomorrow"}, "INVALID_ORDER", "promisedBy"),
    ({"currencyCode": "USD"}, "CURRENCY_MISMATCH", "currencyCode"),
    ({"currencyCode": "euro"}, "INVALID_ORDER", "currencyCode"),
    ({"customerReference": LONG}, "INVALID_ORDER", "customerReference"),
    ({"externalReference": "a\x00b"}, "INVALID_ORDER", "externalReference"),
    ({"externalReference": ""}, "INVALID_ORDER", "externalReference"),
    ({"lines": line(sku="MUG\x00")}, "INVALID_ORDER", "lines[0].sku"),
    ({"shipTo": {"countryCode": "Germany"}}, "INVALID_ORDER", "shipTo.countryCode"),
    ({"shipTo": {"countryCode": "DE", "latitude": 91, "longitude": 0}}, "INVALID_ORDER", "shipTo.latitude"),
    ({"maxShipments": 10**30}, "INVALID_ORDER", "maxShipments"),
    ({"shipping": "-0.01"}, "INVALID_ORDER", "shipping"),
]


@pytest.mark.parametrize(("stated", "code", "field"), WRONG)
async def test_a_wrong_order_is_one_typed_error_that_names_the_field(
    client: Client, shop: Shop, stated: dict[str, Any], code: str, field: str
) -> None:
    answer = (await client.ask(PLACE, input=order(**stated)))["placeOrder"]
    assert answer["order"] is None
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [(code, field)]
    assert not await Order.exists()


async def test_wrong_rows_do_not_disturb_their_neighbours(client: Client, shop: Shop) -> None:
    right = order()
    rows = [right, *(order(**stated) for stated, _, _ in WRONG), order(), right]
    answer = (await client.ask(PLACE_MANY, input={"orders": rows}))["placeOrders"]
    assert answer["userErrors"] == []
    results = answer["results"]
    assert [result["index"] for result in results] == list(range(len(rows)))
    assert [result["userErrors"] for result in results[1:-2]] == [
        [{"code": c, "field": f}] for _, c, f in WRONG
    ]
    assert results[0]["order"]["state"] == "OPEN"
    assert results[-1]["order"]["number"] == results[0]["order"]["number"]
    assert await Order.all().count() == 2


async def test_many_means_one_to_five_hundred(client: Client, shop: Shop) -> None:
    for orders in ([], [order()] * 501):
        answer = (await client.ask(PLACE_MANY, input={"orders": orders}))["placeOrders"]
        assert answer == {"results": [], "userErrors": [{"code": "INVALID_INPUT", "field": "orders"}]}


async def test_a_require_order_without_stock_says_what_is_short_and_moves_nothing(
    client: Client, shop: Shop
) -> None:
    asked = order(stockPolicy="REQUIRE", lines=line(quantity=101))
    [error] = (await client.ask(PLACE, input=asked))["placeOrder"]["userErrors"]
    assert error["__typename"] == "InsufficientStock"
    assert error["shortfalls"] == [{"sku": "MUG", "requested": 101, "available": 100}]
    assert not await Order.exists()
    assert not await StockLevel.filter(allocated__gt=0).exists()


async def test_what_was_just_placed_is_answered_without_reading_it_again(
    client: Client, shop: Shop, statements: Any
) -> None:
    with statements() as sent:
        await client.ask(PLACE, input=order())
    lean = len(sent)
    with statements() as sent:
        await client.ask(PLACE.replace("number version", "number version state"), input=order())
    assert len(sent) == lean + 1


async def test_placing_takes_the_scope_and_the_channel(client: Client, shop: Shop) -> None:
    async def errors_of(asker: Client) -> list[str]:
        answer = (await asker.ask(PLACE, input=order()))["placeOrder"]
        return [error["code"] for error in answer["userErrors"]]

    assert await errors_of(client.limited_to(Scope.READ)) == ["NOT_ALLOWED"]
    limited = client.limited_to(Scope.ORDERS_WRITE, channels=frozenset({shop.market.id}))
    assert await errors_of(limited) == ["UNKNOWN_CHANNEL"]
    assert not await Order.exists()
