"""Replaying: what failed is worked off once its mapping is mended; the preview says so before, and does nothing."""

from datetime import timedelta

import orjson
import pytest

from domain.channels.adapters.contract import Message
from domain.channels.models import Channel
from domain.intake.archive import archive
from domain.intake.arrived import arrived
from domain.intake.models import InboundMessage, OrderChange
from domain.intake.outcomes import Source
from domain.intake.prune import prune_messages
from domain.intake.refusals import NotReplayable, UnknownInboundMessage
from domain.intake.replay import preview_replay, replay_messages
from domain.intake.wake_intake import wake_intake
from domain.jobs.models import Job
from domain.orders.models import Order, OrderLine
from domain.shared.actor import Actor
from domain.shared.database import execute, records
from domain.shared.ids import new_id
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant
from tests.integration.intake.conftest import work_all_off
from tests.promises import broken_promises
from tests.recorded.generic import order_body


@pytest.fixture
async def shop(database: Database) -> Channel:
    await make_variant("MUG-1")
    return await make_channel("shop")


async def say(shop: Channel, body: bytes) -> InboundMessage:
    [message] = arrived(shop.id, [Message(topic="order.placed", body=body)], Source.POLL)
    await archive([message], now=NOW)
    await work_all_off()
    return await InboundMessage.get(id=message.id)


async def everything() -> list[tuple[object, ...]]:
    """All that a replay could touch."""
    tables = ("inbound_messages", "orders", "order_lines", "order_changes", "events", "jobs", "stock_levels")
    rows = [await records(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables]
    return [tuple(row) for found in rows for row in found]


async def test_an_unknown_sku_is_mapped_looked_at_and_replayed(shop: Channel) -> None:
    failed = await say(shop, order_body("R-1", 0))
    assert (failed.outcome, failed.code, failed.field) == ("FAILED", "UNKNOWN_SKU", "lines[1].sku")
    before = await everything()

    [preview] = await preview_replay([failed.id], by=TESTER, now=NOW)
    assert (preview.outcome, preview.code) == ("FAILED", "UNKNOWN_SKU")
    await make_variant("TEE-2")
    await execute("""UPDATE channels SET settings = '{"skuMap": {"TEA-2": "TEE-2"}}', settings_version = 2""")
    [preview] = await preview_replay([failed.id], by=TESTER, now=NOW)

    assert (preview.outcome, preview.code, preview.order_id) == ("PLACED", None, None)
    fields = {each["path"]: (each["before"], each["after"]) for each in preview.fields}
    assert fields["lines[TEE-2].quantity"] == (0, 1)
    assert fields["lines[MUG-1].unitPrice"] == (None, "12.50")
    assert fields["shipTo.city"] == ("", "Leipzig")
    assert await everything() == before

    await replay_messages([failed.id], by=TESTER, now=NOW)
    assert (await InboundMessage.get()).outcome == "RECEIVED"
    await work_all_off()

    message, order = await InboundMessage.get(), await Order.get()
    assert (message.outcome, message.order_id, message.replays) == ("PLACED", order.id, 1)
    assert message.mapping_version != failed.mapping_version
    assert {line.sku for line in await OrderLine.all()} == {"MUG-1", "TEE-2"}
    assert await broken_promises() == {}


async def test_replaying_what_was_placed_places_nothing_twice(shop: Channel) -> None:
    await make_variant("TEA-2")
    message = await say(shop, order_body("R-1", 0))
    for _ in range(2):
        await replay_messages([message.id], by=TESTER, now=NOW)
        await work_all_off()
    assert (await InboundMessage.get()).outcome == "DUPLICATE"
    assert await Order.all().count() == 1
    assert await broken_promises() == {}


async def test_what_is_read_otherwise_now_becomes_a_change_of_the_order(shop: Channel) -> None:
    await make_variant("TEA-2")
    await make_variant("TEE-2")
    message = await say(shop, order_body("R-1", 0))
    await execute("""UPDATE channels SET settings = '{"skuMap": {"TEA-2": "TEE-2"}}', settings_version = 2""")

    [preview] = await preview_replay([message.id], by=TESTER, now=NOW)
    assert (preview.outcome, preview.change_state, preview.code) == ("UPDATED", "PENDING", "MORE_UNITS")
    assert {each["path"] for each in preview.fields} >= {"lines[TEA-2].quantity", "lines[TEE-2].quantity"}
    assert await OrderChange.all().count() == 0

    await replay_messages([message.id], by=TESTER, now=NOW)
    await work_all_off()
    assert (await OrderChange.get()).state == "PENDING"
    assert await broken_promises() == {}


async def test_an_older_message_stays_stale(shop: Channel) -> None:
    await make_variant("TEA-2")
    await say(shop, order_body("R-1", 9))
    old = await say(shop, order_body("R-1", 4))
    [preview] = await preview_replay([old.id], by=TESTER, now=NOW)
    assert (old.outcome, preview.outcome) == ("STALE", "STALE")


async def test_what_cannot_be_replayed_is_refused(shop: Channel) -> None:
    message = await say(shop, order_body("R-1", 0))
    stranger = Actor(name="stranger", channel_ids=frozenset({new_id()}))
    with pytest.raises(UnknownInboundMessage):
        await replay_messages([message.id], by=stranger, now=NOW)
    with pytest.raises(UnknownInboundMessage):
        await preview_replay([new_id()], by=TESTER, now=NOW)
    await execute("UPDATE inbound_messages SET outcome = 'REFUSED'")
    for replay in (replay_messages, preview_replay):
        with pytest.raises(NotReplayable):
            await replay([message.id], by=TESTER, now=NOW)


async def test_messages_without_a_job_are_found_by_the_sweep(shop: Channel) -> None:
    body = orjson.dumps({"type": "stock.asked"})
    await archive(arrived(shop.id, [Message(topic="x", body=body)], Source.POLL), now=NOW)
    assert not await wake_intake(now=NOW)
    await Job.all().delete()
    assert await wake_intake(now=NOW)
    assert [job.kind for job in await Job.all()] == ["INTAKE"]
    await work_all_off()
    await Job.all().delete()
    assert not await wake_intake(now=NOW)
    assert (await InboundMessage.get()).outcome == "IGNORED"


async def test_old_messages_are_forgotten_and_their_orders_go_on(shop: Channel) -> None:
    await make_variant("TEA-2")
    await say(shop, order_body("R-1", 0))
    body = orjson.dumps({"type": "stock.asked"})
    await archive(arrived(shop.id, [Message(topic="x", body=body)], Source.POLL), now=NOW)

    assert await prune_messages(before=NOW) == 0
    assert await prune_messages(before=NOW + timedelta(seconds=1)) == 1  # what waits is kept

    assert [message.outcome for message in await InboundMessage.all()] == ["RECEIVED"]
    assert (await say(shop, order_body("R-1", 7))).outcome == "UPDATED"  # another street
    assert [change.state for change in await OrderChange.all()] == ["APPLIED"]
    assert await broken_promises() == {}
