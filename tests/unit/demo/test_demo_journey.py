"""The demo's orders are the data's baskets to the cent, and the same each time."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from cli.demo.baskets import _priced
from cli.demo.company import demo_company
from cli.demo.journey import WHAT_IS_REAL, Journey, load_journey
from cli.replaying.shape import Line, PlaceOrderInput
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo
from domain.orders.incoming import parse_order

pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def journey() -> Journey:
    return load_journey(1_500)


def stated(order: PlaceOrderInput) -> RawOrder:
    """The order as the API hands it to the domain."""
    return RawOrder(**{**_snaked(order), "lines": _raw_lines(order), "ship_to": _raw_ship_to(order)})


def _raw_lines(order: PlaceOrderInput) -> tuple[RawLine, ...]:
    return tuple(RawLine(**_snaked(line)) for line in order["lines"])


def _raw_ship_to(order: PlaceOrderInput) -> RawShipTo:
    return RawShipTo(**_snaked(order["shipTo"]))


def _snaked(variables: Mapping[str, object]) -> dict[str, Any]:
    return {re.sub("[A-Z]", lambda big: f"_{big[0].lower()}", key): value for key, value in variables.items()}


def received(line: Line) -> Decimal:
    return line["quantity"] * Decimal(line["unitPrice"]) - Decimal(line.get("merchantDiscount", "0"))


def test_a_known_basket_is_that_of_the_data(journey: Journey) -> None:
    first, second = journey.orders[:2]
    assert (first["externalReference"], first["placedAt"]) == ("31198570044", "2017-01-01T11:53:26+00:00")
    assert first["lines"] == [{"sku": "1095275", "quantity": 1, "unitPrice": "0.50"}]
    assert second["lines"] == [
        {"sku": "9878513", "quantity": 1, "unitPrice": "1.09", "merchantDiscount": "0.10"}
    ]
    assert second["customerReference"] == "household-900"


def test_orders_are_in_time_order_and_once_each(journey: Journey) -> None:
    orders = list(journey.orders)
    assert len(orders) == len(journey.orders) == 1_500
    assert len({order["externalReference"] for order in orders}) == 1_500
    assert [order["placedAt"] for order in orders] == sorted(order["placedAt"] for order in orders)
    assert orders[1_234] == journey.orders[1_234] == journey.orders[-266]
    with pytest.raises(IndexError):
        journey.orders[1_500]


def test_the_live_shop_sells_in_china(journey: Journey) -> None:
    for order in journey.orders:
        abroad = order["channel"] == "social-shop"
        assert (order["currencyCode"], order["shipTo"]["countryCode"]) == (
            ("CNY", "CN") if abroad else ("USD", "US")
        )


def test_every_line_can_be_placed(journey: Journey) -> None:
    products = {product.sku: product for product in journey.products}
    demand: Counter[str] = Counter()
    for order in journey.orders:
        assert order["lines"]
        assert len({line["sku"] for line in order["lines"]}) == len(order["lines"])
        for line in order["lines"]:
            demand[line["sku"]] += line["quantity"]
            assert 0 < line["quantity"] < 200
            assert received(line) >= Decimal(line.get("platformDiscount", "0")) >= 0
    assert dict(demand) == dict(journey.demand)
    assert set(demand) == set(products)
    assert all(20 <= product.weight_g <= 30_000 and product.name for product in products.values())
    assert journey.lines == sum(len(order["lines"]) for order in journey.orders)


def test_money_is_exact_where_a_price_does_not_divide() -> None:
    cents = {
        "sales_value": np.array([1000, 0, 300]),
        "retail_disc": np.array([0, 250, 100]),
        "coupon_disc": np.array([100, 50, 500]),
        "coupon_match_disc": np.array([1, 0, 100]),
    }
    (price, merchant, platform), adjusted = _priced(np.array([3, 1, 2]), cents)
    assert price.tolist() == [334, 250, 250]
    assert merchant.tolist() == [2, 250, 200]  # 3 * 3.34 - 0.02 = 10.00
    assert platform.tolist() == [100, 0, 300]
    assert list(adjusted.values()) == [1, 2, 250]


def test_a_household_keeps_its_channel_and_city(journey: Journey) -> None:
    homes: dict[str, tuple[str, str]] = {}
    for order in journey.orders:
        home = (order["channel"], order["shipTo"]["city"])
        assert homes.setdefault(order["customerReference"], home) == home


def test_all_channels_and_policies_occur(journey: Journey) -> None:
    orders = list(journey.orders)
    assert {order["channel"] for order in orders} == {channel.code for channel in demo_company().channels}
    assert {order["splitPolicy"] for order in orders} == {
        "PARTIAL_ALLOWED",
        "SHIP_COMPLETE",
        "SINGLE_SHIPMENT",
    }
    assert {order["priority"] for order in orders} == {"NORMAL", "HIGH", "URGENT"}
    required = [order for order in orders if order["stockPolicy"] == "REQUIRE"]
    assert {order["channel"] for order in required} == {"marketplace"}
    assert 0.02 < len(required) / len(orders) < 0.2
    assert any("promisedBy" in order for order in orders)
    assert all("maxShipments" not in o or o["splitPolicy"] != "SINGLE_SHIPMENT" for o in orders)


def test_it_is_the_same_on_every_machine(journey: Journey) -> None:
    told = json.dumps(journey.orders[:200], sort_keys=True).encode()
    assert hashlib.sha256(told).hexdigest() == (
        "7766c026e5d0bad92cd0ade0453ddedc4283c2ca7068605f32a92b1663a02286"
    )


def test_the_window_may_start_later(journey: Journey) -> None:
    start = datetime(2017, 11, 20, tzinfo=UTC)
    later = load_journey(50, start=start)
    assert len(later.orders) == 50
    assert datetime.fromisoformat(later.orders[0]["placedAt"]) >= start
    assert len(load_journey(10**6, start=datetime(2018, 1, 1, tzinfo=UTC)).orders) < 1_000
    assert len(load_journey(0).orders) == 0
    assert len(load_journey(5, start=datetime(2020, 1, 1, tzinfo=UTC)).orders) == 0
    with pytest.raises(ValueError, match="offset"):
        load_journey(5, start=datetime(2017, 1, 1))  # noqa: DTZ001


def test_the_server_would_take_every_order(journey: Journey) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for order in journey.orders:
        taken = parse_order(stated(order), now=now)
        assert taken.units == sum(line["quantity"] for line in order["lines"])


def test_what_is_left_out_is_counted(journey: Journey) -> None:
    assert journey.excluded == {
        "lines: product unknown": 31,
        "lines: not shippable": 224,
        "lines: quantity 0 or below": 52,
        "baskets: no line left": 120,
    }
    assert "Assigned" in WHAT_IS_REAL
