"""An update of a placed order: applied where that is safe, else somebody's to decide; never an overwrite."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.events.kinds import EventKind
from domain.fulfilment.accept import accept
from domain.fulfilment.cancel_units import UnitsUnderWay
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.decide_change import DecideChange, apply_order_change, dismiss_order_change
from domain.intake.models import InboundMessage, OrderChange
from domain.intake.outcomes import Source
from domain.intake.refusals import ChangeDecided, UnknownOrderChange
from domain.orders.models import Order, OrderLine
from domain.shared.actor import Actor
from domain.shared.database import records
from domain.shared.ids import new_id
from domain.sourcing.allocate import allocate_waiting
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, make_warehouse, stock_up
from tests.integration.intake.conftest import work_all_off
from tests.promises import broken_promises
from tests.recorded.generic import cancel_body, order_body

BEGAN = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
async def shop(database: Database) -> Channel:
    channel = await make_channel("shop")
    for sku in ("MUG-1", "TEA-2", "CUP-3"):
        await make_variant(sku)
    await stock_up(await make_warehouse("leipzig"), {"MUG-1": 10, "TEA-2": 10, "CUP-3": 10})
    return channel


def stated(minute: int, change: Callable[[dict[str, Any]], object] = lambda _: None) -> bytes:
    """The order R-1 as it is at `minute`, changed."""
    said = orjson.loads(order_body("R-1", 0))
    said["data"]["updated_at"] = (BEGAN + timedelta(minutes=minute)).isoformat()
    change(said["data"])
    return orjson.dumps(said)


def quantities(**units: int) -> Callable[[dict[str, Any]], object]:
    """So many units of these, by the beginning of their SKU; 0: the line is gone."""

    def change(order: dict[str, Any]) -> None:
        for line in order["lines"]:
            line["qty"] = units.get(line["sku"][:3].lower(), line["qty"])
        order["lines"] = [line for line in order["lines"] if line["qty"]]

    return change


def street(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda order: order["ship_to"].update(line1=name)


async def say(shop: Channel, body: bytes) -> InboundMessage:
    """The channel says it, and it is worked off."""
    [message] = arrived(shop.id, [Message(topic="order.updated", body=body)], Source.POLL)
    await archive([message], now=NOW)
    await work_all_off()
    assert await broken_promises() == {}
    return await InboundMessage.get(id=message.id)


async def source() -> None:
    await allocate_waiting(orders_max=100, currency="EUR", by=TESTER, now=NOW)


async def pick() -> list[Any]:
    parcels = [parcel.id for parcel in await FulfilmentOrder.filter(state="OPEN")]
    await accept(parcels, by=TESTER, now=NOW)
    await start_picking(parcels, by=TESTER, now=NOW)
    return parcels


async def lines() -> dict[str, tuple[int, int, int]]:
    """Quantity, cancelled and allocated of each line."""
    return {line.sku: (line.quantity, line.cancelled, line.allocated) for line in await OrderLine.all()}


async def allocated(sku: str) -> int:
    [row] = await records(
        "SELECT sum(allocated) AS units FROM stock_levels l JOIN variants v ON v.id = variant_id WHERE sku = $1",
        sku,
    )
    return int(row["units"])


async def told() -> list[str]:
    return [row["kind"] for row in await records("SELECT kind FROM events ORDER BY id")]


async def test_another_address_is_applied_while_nothing_is_picked(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    message = await say(shop, stated(1, street("Gasse 9")))

    order, change = await Order.get(), await OrderChange.get()
    assert (message.outcome, change.state, change.order_id) == ("UPDATED", "APPLIED", order.id)
    assert change.fields_ == [{"path": "shipTo.line1", "before": "Gasse 5", "after": "Gasse 9"}]
    assert order.ship_to["line1"] == "Gasse 9"
    assert (order.stated_by, order.external_updated_at) == (message.id, BEGAN + timedelta(minutes=1))
    assert (await told())[-1] == EventKind.ORDER_CHANGED
    assert (await say(shop, stated(2, street("Gasse 9")))).outcome == "DUPLICATE"


async def test_another_address_waits_for_somebody_once_it_is_being_picked(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    await pick()
    message = await say(shop, stated(1, street("Gasse 9")))

    change = await OrderChange.get()
    assert (message.outcome, change.state, change.code) == ("UPDATED", "PENDING", "BEING_PICKED")
    assert (await Order.get()).ship_to["line1"] == "Gasse 5"

    await apply_order_change(DecideChange(change_id=change.id, note="told them"), by=TESTER, now=NOW)
    change = await OrderChange.get()
    assert (change.state, change.note, change.decided_by) == ("APPLIED", "told them", "tester")
    assert (await Order.get()).ship_to["line1"] == "Gasse 9"
    assert await broken_promises() == {}
    with pytest.raises(ChangeDecided):
        await dismiss_order_change(DecideChange(change_id=change.id), by=TESTER, now=NOW)


@pytest.mark.parametrize("sourced", ["WAITING", "SOURCED"])
async def test_fewer_units_are_cancelled_and_what_they_held_is_free(shop: Channel, sourced: str) -> None:
    await say(shop, stated(0))
    if sourced == "SOURCED":
        await source()
    message = await say(shop, stated(1, quantities(mug=1)))

    units = int(sourced == "SOURCED")
    assert message.outcome == "UPDATED"
    assert await lines() == {"MUG-1": (2, 1, units), "TEA-2": (1, 0, units)}
    assert (await Order.get()).units_cancelled == 1
    if sourced == "SOURCED":
        assert await allocated("MUG-1") == 1
    assert EventKind.ORDER_UNITS_CANCELLED in await told()
    await source()
    assert await broken_promises() == {}

    assert (await say(shop, stated(2, quantities(mug=1)))).outcome == "DUPLICATE"


async def test_a_line_that_is_gone_takes_its_parcel_along(shop: Channel) -> None:
    """Two warehouses, each with one line: the parcel of the line that is gone is cancelled."""
    await stock_up(await make_warehouse("hamburg"), {"CUP-3": 90})
    await say(
        shop, stated(0, lambda order: order["lines"].append({"sku": "CUP-3", "qty": 50, "unit_price": "1"}))
    )
    await source()
    assert len(await FulfilmentOrder.filter(state="OPEN")) == 2

    await say(shop, stated(1))

    assert sorted(parcel.state for parcel in await FulfilmentOrder.all()) == ["CANCELLED", "OPEN"]
    assert (await lines())["CUP-3"] == (50, 50, 0)
    assert await allocated("CUP-3") == 0


async def test_units_that_are_picked_wait_for_somebody(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    parcels = await pick()
    message = await say(shop, stated(1, quantities(mug=1)))
    change = await OrderChange.get()
    assert (message.code, change.state) == ("UNITS_PICKED", "PENDING")

    await apply_order_change(DecideChange(change_id=change.id), by=TESTER, now=NOW)
    assert (await lines())["MUG-1"] == (2, 1, 1)
    await pack(parcels, by=TESTER, now=NOW)
    assert await broken_promises() == {}


async def test_units_that_have_left_cannot_be_cancelled_by_anybody(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    parcels = await pick()
    await pack(parcels, by=TESTER, now=NOW)
    leaving = [
        ShipFulfilment(fulfilment_order_id=each, carrier="DHL", tracking_number="1Z") for each in parcels
    ]
    await ship(leaving, by=TESTER, now=NOW)
    await say(shop, stated(1, quantities(mug=1)))
    change = await OrderChange.get()

    with pytest.raises(UnitsUnderWay):
        await apply_order_change(DecideChange(change_id=change.id), by=TESTER, now=NOW)
    await dismiss_order_change(DecideChange(change_id=change.id), by=TESTER, now=NOW)

    assert (await OrderChange.get()).state == "DISMISSED"
    assert (await lines())["MUG-1"] == (2, 0, 0)
    # it is known now: what comes later raises only what is new
    assert (await say(shop, stated(2, quantities(mug=1)))).outcome == "DUPLICATE"


async def test_more_units_and_new_lines_wait_and_are_sourced_when_applied(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()

    def more(order: dict[str, Any]) -> None:
        quantities(mug=4)(order)
        order["lines"].append({"sku": "CUP-3", "qty": 2, "unit_price": "3.00"})

    assert (await say(shop, stated(1, more))).code == "MORE_UNITS"
    assert await lines() == {"MUG-1": (2, 0, 2), "TEA-2": (1, 0, 1)}
    change = await OrderChange.get()
    await apply_order_change(DecideChange(change_id=change.id), by=TESTER, now=NOW)
    assert (await Order.get()).sourcing == "WAITING"
    await source()

    assert await lines() == {"MUG-1": (4, 0, 4), "TEA-2": (1, 0, 1), "CUP-3": (2, 0, 2)}
    assert (await Order.get()).subtotal_minor == 4 * 1250 + 890 + 600
    assert await broken_promises() == {}


async def test_other_prices_are_not_believed_by_themselves(shop: Channel) -> None:
    await say(shop, stated(0))
    message = await say(
        shop, stated(1, lambda order: order["lines"][0].update(unit_price="0.10", discount="0"))
    )
    assert message.code == "OTHER_MONEY"
    assert (await Order.get()).subtotal_minor == 2 * 1250 + 890


async def test_a_newer_statement_takes_the_place_of_a_change_that_waits(shop: Channel) -> None:
    await say(shop, stated(0))
    await say(shop, stated(1, quantities(mug=5)))
    await say(shop, stated(2, quantities(mug=6)))
    assert sorted((each.state, each.code) for each in await OrderChange.all()) == [
        ("DISMISSED", "SUPERSEDED"),
        ("PENDING", "MORE_UNITS"),
    ]
    assert (await say(shop, stated(3))).outcome == "DUPLICATE"  # as it was: nothing waits any more
    assert {each.state for each in await OrderChange.all()} == {"DISMISSED"}


async def test_an_older_statement_is_stale_and_changes_nothing(shop: Channel) -> None:
    await say(shop, stated(5))
    assert (await say(shop, stated(4, street("Gasse 4")))).outcome == "STALE"
    assert (await Order.get()).ship_to["line1"] == "Gasse 5"
    assert await OrderChange.all().count() == 0


async def test_a_cancellation_gives_everything_back(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    message = await say(shop, cancel_body("R-1", 9))
    order = await Order.get()
    assert (message.outcome, order.state, await allocated("MUG-1")) == ("CANCELLED", "CANCELLED", 0)
    assert (await say(shop, stated(5))).outcome == "STALE"
    assert (await say(shop, cancel_body("R-1", 10))).outcome == "DUPLICATE"


async def test_a_cancellation_that_comes_first_wins_when_the_order_comes(shop: Channel) -> None:
    assert (await say(shop, cancel_body("R-1", 9))).outcome == "CANCELLED"
    assert await Order.all().count() == 0
    assert (await say(shop, stated(0))).outcome == "CANCELLED"

    order = await Order.get()
    assert (order.state, order.external_updated_at) == ("CANCELLED", BEGAN + timedelta(minutes=9))
    assert {message.order_id for message in await InboundMessage.all()} == {order.id}


async def test_an_order_that_is_newer_than_its_cancellation_lives(shop: Channel) -> None:
    await say(shop, cancel_body("R-1", 9))
    assert (await say(shop, stated(10))).outcome == "PLACED"
    assert (await Order.get()).state == "OPEN"


async def test_what_a_channel_revives_is_shown_to_somebody(shop: Channel) -> None:
    await say(shop, stated(0))
    await say(shop, cancel_body("R-1", 9))
    message = await say(shop, stated(10))
    change = await OrderChange.get()
    assert (message.outcome, change.state, change.code) == ("UPDATED", "REFUSED", "ORDER_CLOSED")
    assert (await Order.get()).state == "CANCELLED"


async def test_a_cancellation_of_what_has_left_waits_for_somebody(shop: Channel) -> None:
    await say(shop, stated(0))
    await source()
    parcels = await pick()
    await pack(parcels, by=TESTER, now=NOW)
    leaving = [
        ShipFulfilment(fulfilment_order_id=each, carrier="DHL", tracking_number="1Z") for each in parcels
    ]
    await ship(leaving, by=TESTER, now=NOW)
    message = await say(shop, cancel_body("R-1", 9))
    change = await OrderChange.get()
    assert (message.outcome, change.kind, change.state) == ("UPDATED", "CANCELLATION", "PENDING")
    assert (await Order.get()).state == "OPEN"


async def test_a_key_for_other_channels_decides_nothing(shop: Channel) -> None:
    await say(shop, stated(0))
    await say(shop, stated(1, quantities(mug=5)))
    stranger = Actor(name="stranger", channel_ids=frozenset({new_id()}))
    ask = DecideChange(change_id=(await OrderChange.get()).id)
    for decide in (apply_order_change, dismiss_order_change):
        with pytest.raises(UnknownOrderChange):
            await decide(ask, by=stranger, now=NOW)


async def test_what_fails_is_kept_and_stops_nobody(shop: Channel) -> None:
    good = orjson.loads(order_body("R-2", 0))
    bodies = [
        stated(0, lambda order: order["lines"][0].update(sku="NO-SUCH")),
        b'{"type": "order.placed", "data": {"external_id": "R-3"}}',
        stated(0, lambda order: order.update(external_id="R-4", currency="USD")),
        stated(0, lambda order: order.update(external_id="R-5", placed_at="yesterday")),
        orjson.dumps(good),
    ]
    found = arrived(shop.id, [Message(topic="order.placed", body=body) for body in bodies], Source.POLL)
    await archive(found, now=NOW)
    await work_all_off()

    messages = await InboundMessage.all().order_by("id")
    assert [(each.outcome, each.code, each.field) for each in messages] == [
        ("FAILED", "UNKNOWN_SKU", "lines[0].sku"),
        ("FAILED", "UNREADABLE", "data.placed_at"),
        ("FAILED", "CURRENCY_MISMATCH", "currencyCode"),
        ("FAILED", "INVALID_ORDER", "placedAt"),
        ("PLACED", None, None),
    ]
    assert await Order.all().count() == 1
