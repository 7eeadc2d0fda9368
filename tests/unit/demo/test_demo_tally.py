"""The dashboard's figures are what the events add up to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.demo.tally import Pulse, Tally, quantile
from cli.event_stream import OrderEvent

START = datetime(2026, 1, 1, tzinfo=UTC)


class Feed:
    """Events of orders, with their versions counted."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.tally = Tally(["web", "pos"], ["east", "west"])

    def tell(self, order: str, kind: str, *, after_s: float = 0.0, **payload: Any) -> OrderEvent:
        self.versions[order] = self.versions.get(order, 0) + 1
        at = START + timedelta(seconds=after_s)
        event = OrderEvent("", kind, order, self.versions[order], at, payload)
        self.tally.take(event, heard_at=at + timedelta(milliseconds=20))
        return event

    def place(self, order: str, channel: str = "web") -> OrderEvent:
        return self.tell(order, "ORDER_PLACED", channel=channel, externalReference=f"ref-{order}")

    def source(self, order: str, *parcels: tuple[str, str], unfilled: int = 0, after_s: float = 0.1) -> None:
        shipments = [
            {"fulfilmentOrderId": parcel, "warehouse": warehouse, "costMinor": 500, "distanceKm": 100.0}
            for parcel, warehouse in parcels
        ]
        kind = "ORDER_SOURCED" if parcels else "ORDER_BACKORDERED"
        self.tell(order, kind, after_s=after_s, shipments=shipments, unfilledLines=unfilled)

    def step(self, order: str, kind: str, parcel: str, **more: Any) -> None:
        self.tell(order, f"FULFILMENT_{kind}", fulfilmentOrderId=parcel, **more)


def test_an_order_goes_all_the_way() -> None:
    feed = Feed()
    feed.place("a")
    feed.source("a", ("p", "east"), after_s=0.25)
    for kind in ("ACCEPTED", "PICKING", "PACKED", "SHIPPED", "DELIVERED"):
        feed.step("a", kind, "p")
    feed.tell("a", "ORDER_COMPLETED")

    web = feed.tally.channels["web"]
    assert (web.placed, web.allocated, web.shipped, web.delivered, web.waiting, web.cancelled) == (
        1, 1, 1, 1, 0, 0,
    )  # fmt: skip
    east = feed.tally.warehouses["east"]
    assert (east.open, east.in_hand, east.shipped, east.cost_minor, east.average_km) == (0, 0, 1, 500, 100)
    assert feed.tally.lags_s == [pytest.approx(0.25)]
    assert feed.tally.parcels_underway == 0


def test_a_rejected_parcel_costs_nothing_and_its_order_is_sourced_again() -> None:
    feed = Feed()
    feed.place("a")
    feed.source("a", ("p", "east"))
    feed.step("a", "REJECTED", "p", reason="DAMAGED")
    assert feed.tally.shipping_orders == 0
    feed.source("a", ("q", "west"))

    assert feed.tally.warehouses["east"].states["REJECTED"] == 1
    assert (feed.tally.warehouses["east"].cost_minor, feed.tally.warehouses["west"].cost_minor) == (0, 500)
    assert (feed.tally.re_sourced, feed.tally.decided, feed.tally.channels["web"].allocated) == (1, 1, 1)


def test_a_split_order_is_counted_once_until_a_part_is_gone() -> None:
    feed = Feed()
    feed.place("a")
    feed.place("b")
    feed.source("a", ("p", "east"), ("q", "west"))
    feed.source("b", ("r", "east"))
    assert feed.tally.split_share == 0.5
    assert feed.tally.cost_minor_per_order == 750

    feed.step("a", "REJECTED", "q", reason="NO_CAPACITY")
    assert feed.tally.split_share == 0


def test_a_backorder_waits_until_it_is_filled_or_called_off() -> None:
    feed = Feed()
    for order in ("a", "b"):
        feed.place(order, "pos")
        feed.source(order, unfilled=1)
    assert feed.tally.channels["pos"].waiting == 2
    feed.source("a", ("p", "east"))
    feed.tell("b", "ORDER_CANCELLED", reason="CUSTOMER")
    pos = feed.tally.channels["pos"]
    assert (pos.waiting, pos.allocated, pos.cancelled) == (0, 1, 1)


def test_calling_off_takes_back_what_has_not_left() -> None:
    feed = Feed()
    feed.place("a")
    feed.source("a", ("p", "east"), ("q", "west"))
    feed.tell("a", "ORDER_CANCELLED", reason="CUSTOMER")
    assert feed.tally.parcels_underway == 0
    assert feed.tally.shipping_orders == feed.tally.split_orders == 0


def test_what_comes_twice_counts_once_and_strangers_do_not_count() -> None:
    feed = Feed()
    placed = feed.place("a")
    feed.source("a", ("p", "east"))
    feed.tally.take(placed, heard_at=START)
    feed.step("stranger", "SHIPPED", "x")
    assert feed.tally.total().placed == 1
    assert feed.tally.events == 2


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_a_value_that_its_share_does_not_exceed(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_a_pulse_counts_whole_seconds() -> None:
    pulse = Pulse(seconds=3)
    for second in (0.1, 0.9, 1.5, 2.0, 2.1, 2.2):
        pulse.beat(second)
    assert pulse.history(3.5) == [2, 1, 3]
    assert pulse.rate(3.5, over_s=2) == 2
