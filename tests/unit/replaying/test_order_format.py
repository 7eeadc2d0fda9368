"""Rows of an order file become the variables of `placeOrders`, or a reason why not."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.replaying import PlaceOrderInput, RefusalCode, RowRefusal, parse_row


def row(**changes: Any) -> dict[str, Any]:
    """A row as the UCI web shop's file has them."""
    return {
        "channel": {"code": "webshop-uk", "type": "webshop"},
        "external_id": "536365",
        "kind": "order",
        "status": "completed",
        "placed_at": "2010-12-01T08:26:00+00:00",
        "currency": "GBP",
        "customer_ref": "17850",
        "location": None,
        "ship_to": {
            "country": "GB",
            "country_name": "United Kingdom",
            "state": None,
            "city": None,
            "postcode": None,
            "lat": 51.50853,
            "lon": -0.12574,
            "geo": "capital",
        },
        "lines": [line()],
        "source_rows": 1,
        **changes,
    }


def line(**changes: Any) -> dict[str, Any]:
    return {
        "sku": "85123A",
        "name": "T-LIGHT HOLDER",
        "qty": 6,
        "unit_price": "2.550",
        "discount": "0",
        **changes,
    }


def parsed(**changes: Any) -> PlaceOrderInput | RowRefusal:
    return parse_row(7, json.dumps(row(**changes)).encode())


def taken(**changes: Any) -> PlaceOrderInput:
    order = parsed(**changes)
    assert not isinstance(order, RowRefusal), order
    return order


def test_a_row_of_the_web_shop_is_taken_as_it_is() -> None:
    assert taken() == {
        "channel": "webshop-uk",
        "externalReference": "536365",
        "placedAt": "2010-12-01T08:26:00+00:00",
        "currencyCode": "GBP",
        "customerReference": "17850",
        "shipTo": {"countryCode": "GB", "latitude": 51.50853, "longitude": -0.12574},
        "lines": [{"sku": "85123A", "quantity": 6, "unitPrice": "2.55"}],
    }


def test_wishes_address_and_discounts_are_passed_on() -> None:
    order = taken(
        channel="b2b-desk",
        priority="urgent",
        promised_by="2010-12-03T18:00:00Z",
        stock_policy="REQUIRE",
        split_policy="ship_complete",
        max_shipments=2,
        tags=["vip", " gift ", "vip"],
        ship_to={"country": "US", "state": "NV", "city": " Sparks ", "postcode": "89434", "name": "A. Buyer"},
        lines=[line(discount="1.30", platform_discount="0.5")],
    )
    assert order["channel"] == "b2b-desk"
    assert order["priority"] == "URGENT"
    assert order["promisedBy"] == "2010-12-03T18:00:00+00:00"
    assert (order["stockPolicy"], order["splitPolicy"], order["maxShipments"]) == (
        "REQUIRE",
        "SHIP_COMPLETE",
        2,
    )
    assert order["tags"] == ["gift", "vip"]
    assert order["shipTo"] == {
        "countryCode": "US",
        "region": "NV",
        "city": "Sparks",
        "postcode": "89434",
        "name": "A. Buyer",
    }
    assert order["lines"][0] == {
        "sku": "85123A",
        "quantity": 6,
        "unitPrice": "2.55",
        "merchantDiscount": "1.30",
        "platformDiscount": "0.50",
    }


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "return"}, RefusalCode.NOT_AN_ORDER, "kind"),
        ({"kind": "adjustment"}, RefusalCode.NOT_AN_ORDER, "kind"),
        ({"status": "Cancelled"}, RefusalCode.NOT_PLACED, "status"),
        ({"external_id": " "}, RefusalCode.MISSING_FIELD, "external_id"),
        ({"external_id": 536365}, RefusalCode.BAD_TEXT, "external_id"),
        ({"external_id": "5\x00"}, RefusalCode.BAD_TEXT, "external_id"),
        ({"external_id": "5" * 201}, RefusalCode.BAD_TEXT, "external_id"),
        ({"channel": {"code": "Web Shop"}}, RefusalCode.BAD_CHANNEL, "channel.code"),
        ({"channel": None}, RefusalCode.MISSING_FIELD, "channel.code"),
        ({"placed_at": None}, RefusalCode.MISSING_FIELD, "placed_at"),
        ({"placed_at": "2010-12-01T08:26:00"}, RefusalCode.BAD_TIME, "placed_at"),
        ({"placed_at": "yesterday"}, RefusalCode.BAD_TIME, "placed_at"),
        ({"promised_by": "soon"}, RefusalCode.BAD_TIME, "promised_by"),
        ({"currency": "gbp"}, RefusalCode.BAD_CURRENCY, "currency"),
        ({"ship_to": None}, RefusalCode.MISSING_FIELD, "ship_to"),
        ({"ship_to": {"country": None}}, RefusalCode.BAD_COUNTRY, "ship_to.country"),
        ({"ship_to": {"country": "GB", "lat": 51.5}}, RefusalCode.BAD_COORDINATES, "ship_to.lon"),
        ({"ship_to": {"country": "GB", "lat": 91, "lon": 0}}, RefusalCode.BAD_COORDINATES, "ship_to.lat"),
        ({"priority": "asap"}, RefusalCode.BAD_CHOICE, "priority"),
        ({"max_shipments": 11}, RefusalCode.BAD_CHOICE, "max_shipments"),
        ({"tags": "vip, gift"}, RefusalCode.BAD_TAGS, "tags"),
        ({"tags": ["vip", 7]}, RefusalCode.BAD_TAGS, "tags"),
        ({"tags": ["vip", "x" * 51]}, RefusalCode.BAD_TAGS, "tags[1]"),
        ({"tags": ["vip", ""]}, RefusalCode.BAD_TAGS, "tags[1]"),
        ({"tags": [str(tag) for tag in range(21)]}, RefusalCode.BAD_TAGS, "tags"),
        ({"lines": []}, RefusalCode.EMPTY_LINES, "lines"),
        ({"lines": [line(), "x"]}, RefusalCode.BAD_JSON, "lines[1]"),
        ({"lines": [line(), line(qty=-6)]}, RefusalCode.NEGATIVE_QUANTITY, "lines[1].qty"),
        ({"lines": [line(qty=0)]}, RefusalCode.ZERO_QUANTITY, "lines[0].qty"),
        ({"lines": [line(qty=1.5)]}, RefusalCode.BAD_QUANTITY, "lines[0].qty"),
        ({"lines": [line(qty=True)]}, RefusalCode.BAD_QUANTITY, "lines[0].qty"),
        ({"lines": [line(qty=2**31)]}, RefusalCode.BAD_QUANTITY, "lines[0].qty"),
        ({"lines": [line(unit_price="-2.50")]}, RefusalCode.NEGATIVE_PRICE, "lines[0].unit_price"),
        ({"lines": [line(unit_price="0.001")]}, RefusalCode.PRICE_NOT_EXACT, "lines[0].unit_price"),
        ({"lines": [line(unit_price=2.55)]}, RefusalCode.BAD_PRICE, "lines[0].unit_price"),
        ({"lines": [line(unit_price="NaN")]}, RefusalCode.BAD_PRICE, "lines[0].unit_price"),
        ({"lines": [line(unit_price="1e9")]}, RefusalCode.BAD_PRICE, "lines[0].unit_price"),
        ({"lines": [line(discount="-1")]}, RefusalCode.BAD_DISCOUNT, "lines[0].discount"),
        ({"lines": [line(discount="15.31")]}, RefusalCode.DISCOUNT_TOO_LARGE, "lines[0].discount"),
    ],
)
def test_what_is_no_order_is_refused_with_its_reason(
    changes: dict[str, Any], code: RefusalCode, field: str
) -> None:
    refusal = parsed(**changes)
    assert isinstance(refusal, RowRefusal)
    assert (refusal.line_number, refusal.code, refusal.field) == (7, code, field)
    assert refusal.message


def test_an_order_that_costs_nothing_needs_a_customer() -> None:
    free = [line(unit_price="0.000")]
    assert taken(lines=free)["lines"][0]["unitPrice"] == "0.00"
    refusal = parsed(lines=free, customer_ref=None)
    assert isinstance(refusal, RowRefusal)
    assert refusal.code is RefusalCode.WORTHLESS
    taken(lines=[*free, line()], customer_ref=None)


def test_decimals_follow_the_currency() -> None:
    assert taken(currency="JPY", lines=[line(unit_price="250.00")])["lines"][0]["unitPrice"] == "250"
    assert taken(currency="KWD", lines=[line(unit_price="2.555")])["lines"][0]["unitPrice"] == "2.555"


def test_a_thousand_lines_and_repeated_skus_stay_as_they_are() -> None:
    assert len(taken(lines=[line()] * 1_114)["lines"]) == 1_114


def test_a_sku_at_two_prices_is_one_line_of_the_same_money() -> None:
    other = line(sku="71053", unit_price="1")
    cheaper = line(qty=2, unit_price="2.00", discount="0.10", platform_discount="0.20")
    assert taken(lines=[line(), other, cheaper, other])["lines"] == [
        {
            "sku": "85123A",
            "quantity": 8,
            "unitPrice": "2.55",
            "merchantDiscount": "1.20",  # 2 * 0.55 + 0.10
            "platformDiscount": "0.20",
        },
        {"sku": "71053", "quantity": 6, "unitPrice": "1.00"},
        {"sku": "71053", "quantity": 6, "unitPrice": "1.00"},
    ]


_LINES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 9), st.integers(0, 500), st.integers(0, 99)),
    min_size=1,
    max_size=9,
)


@settings(deadline=None)
@given(_LINES)
def test_units_and_money_are_kept_whatever_repeats(stated: list[tuple[str, int, int, int]]) -> None:
    lines = [
        line(
            sku=sku,
            qty=units,
            unit_price=f"{cents / 100:.2f}",
            discount=f"{min(off, units * cents) / 100:.2f}",
        )
        for sku, units, cents, off in stated
    ]
    order = taken(lines=lines)
    for sku in "ABC":
        told = [part for part in order["lines"] if part["sku"] == sku]
        assert len({part["unitPrice"] for part in told}) <= 1
        assert sum(part["quantity"] for part in told) == sum(
            line["qty"] for line in lines if line["sku"] == sku
        )
    paid = sum(
        part["quantity"] * Decimal(part["unitPrice"]) - Decimal(part.get("merchantDiscount", "0"))
        for part in order["lines"]
    )
    assert paid == sum(
        part["qty"] * Decimal(part["unit_price"]) - Decimal(part["discount"]) for part in lines
    )


@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b"\xff", b'{"a": NaN}'])
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    refusal = parse_row(1, raw)
    assert isinstance(refusal, RowRefusal)
    assert refusal.code is RefusalCode.BAD_JSON


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(row())), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(field=st.sampled_from(sorted(row())), value=_JSON)
def test_whatever_a_field_holds_nothing_is_raised(field: str, value: object) -> None:
    result = parsed(**{field: value})
    assert isinstance(result, RowRefusal | dict)
