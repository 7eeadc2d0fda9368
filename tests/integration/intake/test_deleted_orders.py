"""Orders that a shop deleted and restored: a deletion says no time, and counts from when it came."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.channels.adapters.contract import Delivery, Message
from domain.channels.adapters.woocommerce import WOOCOMMERCE
from domain.channels.models import Channel
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.models import InboundMessage, OrderChange
from domain.intake.outcomes import Source
from domain.orders.models import Order
from tests.databases import Database
from tests.factories import NOW, make_channel, make_variant
from tests.integration.intake.conftest import work_all_off
from tests.promises import broken_promises
from tests.recorded.generic import order_body
from tests.recorded.woocommerce import order


@pytest.fixture
async def shop(database: Database) -> Channel:
    for sku in ("MUG-1", "TEA-2"):
        await make_variant(sku)
    return await make_channel("woo", platform="woocommerce")


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


async def push(shop: Channel, topic: str, minute: int, stated: dict[str, Any]) -> str:
    """The shop tells it at that minute; what became of it."""
    headers = {"x-wc-webhook-topic": topic, "x-wc-webhook-delivery-id": f"hash of {minute}"}
    assert WOOCOMMERCE.webhook
    messages = WOOCOMMERCE.webhook.messages(
        Delivery(headers=headers, query={}, body=orjson.dumps(stated), received_at=at(minute))
    )
    return await take(shop, messages[0], minute)


async def take(shop: Channel, message: Message, minute: int) -> str:
    [one] = arrived(shop.id, [message], Source.WEBHOOK)
    assert (await archive([one], now=at(minute))).new == 1
    await work_all_off()
    assert await broken_promises() == {}
    return (await InboundMessage.get(id=one.id)).outcome


async def state(shop: Channel, minute: int, topic: str = "order.updated", **more: Any) -> str:
    """The order as it is at that minute, told a little later."""
    changed = at(minute).replace(tzinfo=None).isoformat()
    return await push(shop, topic, minute + 1, order(date_modified_gmt=changed, **more))


async def delete(shop: Channel, minute: int) -> str:
    return await push(shop, "order.deleted", minute, {"id": 727})


async def test_an_order_that_is_restored_as_it_was_is_shown_to_somebody(shop: Channel) -> None:
    assert await state(shop, 0) == "PLACED"
    assert await delete(shop, 10) == "CANCELLED"
    assert await state(shop, 20, "order.restored") == "UPDATED"
    change = await OrderChange.get()
    assert (change.state, change.code) == ("REFUSED", "ORDER_CLOSED")
    assert await state(shop, 20) == "DUPLICATE"  # it is shown once, however often it is told
    assert await state(shop, 30) == "DUPLICATE"
    assert await OrderChange.all().count() == 1


async def test_a_deletion_that_is_settled_late_cancels_nothing_that_was_stated_since(shop: Channel) -> None:
    assert await state(shop, 0) == "PLACED"
    assert await state(shop, 20, "order.restored") == "DUPLICATE"
    assert await delete(shop, 10) == "STALE"
    assert (await Order.get()).state == "OPEN"
    assert await delete(shop, 30) == "CANCELLED"


async def test_a_shop_whose_clock_is_fast_revives_nothing_by_saying_the_same(shop: Channel) -> None:
    ahead = at(5).replace(tzinfo=None).isoformat()
    assert await push(shop, "order.created", 1, order(date_modified_gmt=ahead)) == "PLACED"
    assert await delete(shop, 2) == "CANCELLED"
    assert await state(shop, 5) == "DUPLICATE"


async def test_an_order_that_is_restored_and_then_paid_is_placed(shop: Channel) -> None:
    assert await state(shop, 0, status="pending") == "IGNORED"
    assert await delete(shop, 10) == "CANCELLED"
    assert await state(shop, 20, "order.restored", status="pending") == "IGNORED"
    assert await state(shop, 30) == "PLACED"
    assert (await Order.get()).state == "OPEN"


async def test_an_order_that_is_deleted_once_more_is_cancelled(shop: Channel) -> None:
    await delete(shop, 10)
    assert await state(shop, 20) == "PLACED"
    assert await delete(shop, 30) == "CANCELLED"
    assert (await Order.get()).state == "CANCELLED"


async def test_what_was_said_before_the_deletion_and_comes_after_it_revives_nothing(shop: Channel) -> None:
    assert await delete(shop, 10) == "CANCELLED"
    assert await state(shop, 9) == "CANCELLED"
    assert await state(shop, 9, "order.created") == "DUPLICATE"
    assert await OrderChange.all().count() == 0
    assert (await Order.get()).state == "CANCELLED"
    assert await state(shop, 20, "order.restored") == "UPDATED"


async def test_of_statements_without_times_the_cancellation_wins(shop: Channel) -> None:
    partner = await make_channel("partner")
    said = orjson.loads(order_body("R-1", 0))
    del said["data"]["updated_at"]
    gone = {"type": "order.cancelled", "data": {"external_id": "R-1"}}
    for minute, body in enumerate((gone, said)):
        message = Message(topic=body["type"], body=orjson.dumps(body), reference="R-1")
        assert await take(partner, message, minute) == "CANCELLED"
