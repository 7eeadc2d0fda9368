"""Two days of a shop on which the last unit near Hamburg is wanted twice: first by whom another could serve."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.channels.raw_order import RawShipTo
from domain.orders.entry import Placed
from domain.orders.place_orders import place_orders
from domain.sourcing.allocate import allocate_waiting
from domain.stock.receive_stock import ReceiveStock, StockQuantity, receive_stock
from tests.factories import HAMBURG, LEIPZIG, TESTER, incoming, make_channel, make_variant, make_warehouse

THE_DAY = datetime(2026, 11, 21, tzinfo=UTC)
BETWEEN = RawShipTo(country_code="DE", city="Lenzen", latitude=52.5, longitude=11.1)  # nearer to Hamburg
BESIDE = RawShipTo(country_code="DE", city="Hamburg", latitude=53.4, longitude=10.2)


async def two_days() -> tuple[UUID, UUID]:
    """The day's two orders, as they were decided without bid prices: the first took Hamburg's last unit."""
    await make_channel("shop")
    await make_variant("A")
    for code, place, units in (("hamburg", HAMBURG, 3), ("leipzig", LEIPZIG, 5)):
        await make_warehouse(code, place=place)
        receipt = ReceiveStock(warehouse=code, lines=(StockQuantity(sku="A", quantity=units),))
        await receive_stock(receipt, by=TESTER, now=THE_DAY - timedelta(days=2))
    for hour in (10, 11):
        await ordered(THE_DAY - timedelta(days=1) + timedelta(hours=hour), BESIDE)
    return (
        await ordered(THE_DAY + timedelta(hours=9), BETWEEN),
        await ordered(THE_DAY + timedelta(hours=10), BESIDE),
    )


async def ordered(at: datetime, ship_to: RawShipTo) -> UUID:
    order = incoming("shop", {"A": 1}, placed_at=at.isoformat(), ship_to=ship_to)
    [placed] = await place_orders([order], by=TESTER, now=at)
    assert isinstance(placed, Placed)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=at)
    return placed.order_id
