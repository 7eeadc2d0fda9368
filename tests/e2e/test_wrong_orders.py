"""Whatever is wrong with an order is one typed error that names the field; its neighbours are placed."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.house import House
from tests.e2e.trade import PLACE, PLACE_MANY, Shop, open_shop

Order = dict[str, Any]
Spoil = Callable[[Order], object]
Case = tuple[Spoil, str, str]  # what is done to the order; the error's type and field
BIG = 10**30


def _line(**fields: Any) -> Spoil:
    return lambda order: order["lines"][0].update(fields)


def _order(**fields: Any) -> Spoil:
    return lambda order: order.update(fields)


def _ship_to(**fields: Any) -> Spoil:
    return lambda order: order["shipTo"].update(fields)


def _twice(**fields: Any) -> Spoil:
    return lambda order: order["lines"].append(order["lines"][0] | fields)


def _lines(count: int) -> Spoil:
    return lambda order: order.update(lines=order["lines"] * count)


LINE = "lines[0]"
WRONG: dict[str, Case] = {
    "unknown SKU": (_line(sku="NO-SUCH-SKU"), "UnknownSku", f"{LINE}.sku"),
    "empty SKU": (_line(sku="  "), "InvalidOrder", f"{LINE}.sku"),
    "SKU too long": (_line(sku="S" * 101), "InvalidOrder", f"{LINE}.sku"),
    "unknown channel": (_order(channel="no-such-channel"), "UnknownChannel", "channel"),
    "no units": (_line(quantity=0), "InvalidOrder", f"{LINE}.quantity"),
    "less than no units": (_line(quantity=-1), "InvalidOrder", f"{LINE}.quantity"),
    "10^30 units": (_line(quantity=BIG), "InvalidOrder", f"{LINE}.quantity"),
    "2^63 units": (_line(quantity=2**63), "InvalidOrder", f"{LINE}.quantity"),
    "negative price": (_line(unitPrice="-0.01"), "InvalidOrder", f"{LINE}.unitPrice"),
    "NaN": (_line(unitPrice="NaN"), "InvalidOrder", f"{LINE}.unitPrice"),
    "signalling NaN": (_line(unitPrice="sNaN"), "InvalidOrder", f"{LINE}.unitPrice"),
    "infinite price": (_line(unitPrice="-Infinity"), "InvalidOrder", f"{LINE}.unitPrice"),
    "1e1000000": (_line(unitPrice="1e1000000"), "InvalidOrder", f"{LINE}.unitPrice"),
    "1e-1000000": (_line(unitPrice="1e-1000000"), "InvalidOrder", f"{LINE}.unitPrice"),
    "too many decimals": (_line(unitPrice="10.001"), "InvalidOrder", f"{LINE}.unitPrice"),
    "no number": (_line(unitPrice="ten"), "InvalidOrder", f"{LINE}.unitPrice"),
    "a price of 10^18": (_line(unitPrice="1" + "0" * 18), "InvalidOrder", f"{LINE}.unitPrice"),
    "total out of range": (_line(unitPrice="90000000000.00", quantity=1_000_000), "InvalidOrder", "lines"),
    "discount above price": (_line(merchantDiscount="10.01"), "InvalidOrder", f"{LINE}.merchantDiscount"),
    "negative discount": (_line(platformDiscount="-1"), "InvalidOrder", f"{LINE}.platformDiscount"),
    "negative tax": (_line(tax="-1"), "InvalidOrder", f"{LINE}.tax"),
    "negative shipping": (_order(shipping="-1"), "InvalidOrder", "shipping"),
    "no lines": (_order(lines=[]), "InvalidOrder", "lines"),
    "2,001 lines": (_lines(2_001), "InvalidOrder", "lines"),
    "a SKU at two prices": (_twice(unitPrice="11.00"), "InvalidOrder", "lines[1].unitPrice"),
    "naive time": (_order(placedAt="2026-11-22T11:00:00"), "InvalidOrder", "placedAt"),
    "garbage time": (_order(placedAt="yesterday"), "InvalidOrder", "placedAt"),
    "impossible time": (_order(placedAt="2026-02-30T11:00:00Z"), "InvalidOrder", "placedAt"),
    "year 9999": (_order(placedAt="9999-12-31T23:59:59-12:00"), "InvalidOrder", "placedAt"),
    "year 1": (_order(placedAt="0001-01-01T00:00:00+14:00"), "InvalidOrder", "placedAt"),
    "garbage promise": (_order(promisedBy="soon"), "InvalidOrder", "promisedBy"),
    "other currency": (_order(currencyCode="USD"), "CurrencyMismatch", "currencyCode"),
    "no currency": (_order(currencyCode="euro"), "InvalidOrder", "currencyCode"),
    "no reference": (_order(externalReference=""), "InvalidOrder", "externalReference"),
    "reference too long": (_order(externalReference="R" * 201), "InvalidOrder", "externalReference"),
    "reference with NUL": (_order(externalReference="R\0R"), "InvalidOrder", "externalReference"),
    "customer with NUL": (_order(customerReference="\0"), "InvalidOrder", "customerReference"),
    "city with NUL": (_ship_to(city="Ber\0lin"), "InvalidOrder", "shipTo.city"),
    "street too long": (_ship_to(line1="x" * 201), "InvalidOrder", "shipTo.line1"),
    "bad country": (_ship_to(countryCode="Germany"), "InvalidOrder", "shipTo.countryCode"),
    "latitude of 91": (_ship_to(latitude=91), "InvalidOrder", "shipTo.latitude"),
    "longitude of -181": (_ship_to(longitude=-181), "InvalidOrder", "shipTo.longitude"),
    "half a place": (_ship_to(longitude=None), "InvalidOrder", "shipTo.latitude"),
    "no shipments": (_order(maxShipments=0), "InvalidOrder", "maxShipments"),
    "10^30 shipments": (_order(maxShipments=BIG), "InvalidOrder", "maxShipments"),
    "lone surrogate": (_order(customerReference="\ud83d"), "InvalidOrder", "customerReference"),
}
CASES = [pytest.param(case, id=name) for name, case in WRONG.items()]


@pytest.fixture(scope="module")
async def shop(house: House) -> Shop:
    async with house.client() as admin:
        return await open_shop(admin, skus=1)


@pytest.mark.parametrize("case", CASES)
async def test_one_wrong_order_is_refused_and_writes_nothing(
    house: House, admin: Client, shop: Shop, case: Case
) -> None:
    spoil, kind, field = case
    await house.settled()
    before = await house.counts()
    order = copy.deepcopy(shop.order())
    spoil(order)
    payload = await admin.ask(PLACE, input=order)
    [error] = payload["userErrors"]
    assert (error["__typename"], error["field"]) == (kind, field)
    assert error["message"]
    assert error["code"]
    assert payload["order"] is None
    assert await house.counts() == before


async def test_a_wrong_row_does_not_disturb_its_neighbours(house: House, admin: Client, shop: Shop) -> None:
    await house.settled()
    before = await house.counts()
    for name, (spoil, kind, field) in WRONG.items():
        orders = [copy.deepcopy(shop.order()) for _ in range(3)]
        spoil(orders[1])
        results = (await admin.ask(PLACE_MANY, input={"orders": orders}))["results"]
        assert [result["order"] is not None for result in results] == [True, False, True], name
        assert [len(result["userErrors"]) for result in results] == [0, 1, 0], name
        [error] = results[1]["userErrors"]
        assert (error["__typename"], error["field"]) == (kind, field), name

    # of each request two orders of one line each, placed and backordered; and nothing else
    await house.settled()
    written = {"orders": 2, "order_lines": 2, "events": 4, "feed": 4, "sourcing_decisions": 2}
    after = await house.counts()
    assert {table: rows - before[table] for table, rows in after.items() if rows != before[table]} == {
        table: rows * len(WRONG) for table, rows in written.items()
    }


async def test_lines_of_one_sku_and_price_are_merged(house: House, admin: Client, shop: Shop) -> None:
    order = shop.order({shop.skus[0]: 2})
    order["lines"] = order["lines"] * 3
    placed = (await admin.do(PLACE, input=order))["order"]
    lines = "query ($id: ID!) { order(id: $id) { units lines { sku ordered: quantity } } }"
    found = await admin.ask(lines, id=placed["id"])
    assert (found["units"], [line["ordered"] for line in found["lines"]]) == (6, [6])


async def test_500_rows_are_taken_and_501_are_not(house: House, admin: Client, shop: Shop) -> None:
    await house.settled()
    before = await house.counts()
    refused = await admin.ask(PLACE_MANY, input={"orders": [shop.order() for _ in range(501)]})
    assert [error["field"] for error in refused["userErrors"]] == ["orders"]
    assert await house.counts() == before
    await admin.do(PLACE_MANY, input={"orders": [shop.order() for _ in range(500)]})
    await house.audit()
    assert (await house.counts())["orders"] == before["orders"] + 500
