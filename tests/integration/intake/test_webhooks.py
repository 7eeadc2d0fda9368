"""What is pushed: verified, archived before it is answered, kept once however often it comes."""

import asyncio
from hashlib import sha256

import httpx2
import pytest

from api.webhooks import BODY_BYTES_MAX, REFUSED_KEPT_A_MINUTE
from domain.channels.adapters.contract import Delivery
from domain.intake.archive_refused import BODY_KEPT_BYTES
from domain.intake.models import InboundMessage
from domain.intake.reading import payloads
from domain.jobs.models import Job
from domain.orders.models import Order
from domain.shared.database import execute
from tests.integration.intake.conftest import Shop, deliver, make_shop, outcomes, work_all_off
from tests.recorded.generic import RECORDED, sign


@pytest.fixture
async def shop(http: httpx2.AsyncClient) -> Shop:
    return await make_shop(RECORDED, "shop")


async def test_a_delivery_is_archived_as_it_came_and_worked_off_later(
    http: httpx2.AsyncClient, shop: Shop
) -> None:
    delivery = shop.delivery("R-1", delivery_id="msg_1")
    answer = await deliver(http, shop, delivery)

    assert (answer.status_code, answer.json()["receipt"]) == (200, "ACCEPTED")
    message = await InboundMessage.get()
    [kept] = await payloads([message.id])
    assert kept
    assert (kept["body"], message.sha256) == (delivery.body, sha256(delivery.body).digest())
    assert (message.delivery_id, message.topic, message.reference) == ("msg_1", "order.placed", "R-1")
    assert kept["headers"]["webhook-signature"] == delivery.headers["webhook-signature"]
    assert "host" not in kept["headers"]
    assert message.outcome == "RECEIVED"
    assert [job.kind for job in await Job.all()] == ["INTAKE"]
    assert await Order.all().count() == 0

    await work_all_off()

    order = await Order.get()
    message = await InboundMessage.get()
    assert (message.outcome, message.order_id) == ("PLACED", order.id)
    assert message.mapping_version
    assert (order.external_reference, order.channel_id) == ("R-1", shop.channel.id)
    assert (order.stated_by, order.external_updated_at) == (message.id, message.external_updated_at)


async def test_a_repeat_is_answered_like_the_first_and_counted(http: httpx2.AsyncClient, shop: Shop) -> None:
    delivery = shop.delivery("R-1", delivery_id="msg_1")
    again = shop.delivery("R-1", delivery_id="msg_1")
    answers = [await deliver(http, shop, each) for each in (delivery, again)]
    answers += await asyncio.gather(*(deliver(http, shop, delivery) for _ in range(8)))

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert (await InboundMessage.get()).times_received == 10
    await work_all_off()
    await deliver(http, shop, delivery)
    await work_all_off()
    assert await outcomes(shop.channel.id) == ["PLACED"]
    assert await Order.all().count() == 1


async def test_the_same_order_in_another_delivery_is_a_duplicate(
    http: httpx2.AsyncClient, shop: Shop
) -> None:
    for _ in range(2):
        await deliver(http, shop, shop.delivery("R-1"))
        await work_all_off()
    assert await outcomes(shop.channel.id) == ["PLACED", "DUPLICATE"]


async def test_one_flipped_byte_is_refused_and_a_trace_is_kept(http: httpx2.AsyncClient, shop: Shop) -> None:
    good = shop.delivery("R-1")
    body = good.body.replace(b"R-1", b"R-2")
    answer = await deliver(http, shop, Delivery(headers=good.headers, query={}, body=body))

    assert (answer.status_code, answer.json()["receipt"]) == (401, "REFUSED")
    message = await InboundMessage.get()
    assert (message.outcome, message.code) == ("REFUSED", "BAD_SIGNATURE")
    assert not message.delivery_id
    [kept] = await payloads([message.id])
    assert kept
    assert (message.sha256, kept["body"]) == (sha256(body).digest(), body)
    assert await Job.all().count() == 0

    assert (await deliver(http, shop, good)).status_code == 200


async def test_refused_deliveries_cannot_fill_the_disk(http: httpx2.AsyncClient, shop: Shop) -> None:
    body = b"x" * 100_000
    for _ in range(REFUSED_KEPT_A_MINUTE + 5):
        answer = await deliver(http, shop, Delivery(headers={}, query={}, body=body))
        assert answer.status_code == 401
    kept = await InboundMessage.all()
    assert len(kept) == REFUSED_KEPT_A_MINUTE
    assert {each.body_bytes for each in kept} == {100_000}
    bodies = await payloads([each.id for each in kept])
    assert {len(each["body"]) for each in bodies if each} == {BODY_KEPT_BYTES}


async def test_what_is_signed_but_no_message_is_kept_as_failed(http: httpx2.AsyncClient, shop: Shop) -> None:
    answer = await deliver(http, shop, sign(b'{"tpye": "order.placed"}', "msg_1"))
    assert answer.status_code == 400
    message = await InboundMessage.get()
    [kept] = await payloads([message.id])
    assert kept
    assert (message.outcome, message.code) == ("FAILED", "UNREADABLE")
    assert kept["body"] == b'{"tpye": "order.placed"}'


async def test_there_is_an_end_to_the_size(http: httpx2.AsyncClient, shop: Shop) -> None:
    large = Delivery(headers={}, query={}, body=b"x" * (BODY_BYTES_MAX + 1))
    assert (await deliver(http, shop, large)).status_code == 413
    assert await InboundMessage.all().count() == 0


@pytest.mark.parametrize("code", ["nowhere", "Shop", "a" * 64, "..%2f"])
async def test_unknown_channels_are_not_found(http: httpx2.AsyncClient, code: str) -> None:
    assert (await http.post(f"/channels/{code}/webhook", content=b"{}")).status_code == 404


async def test_deliveries_come_by_post(http: httpx2.AsyncClient, shop: Shop) -> None:
    assert (await http.get("/channels/shop/webhook")).status_code == 405


async def test_what_cannot_be_archived_is_asked_for_again(http: httpx2.AsyncClient, shop: Shop) -> None:
    await deliver(http, shop, shop.delivery("R-0"))
    await execute("ALTER TABLE inbound_messages RENAME TO elsewhere")
    answer = await deliver(http, shop, shop.delivery("R-1"))
    assert (answer.status_code, answer.json()["receipt"]) == (503, "NOT_NOW")
    await execute("ALTER TABLE elsewhere RENAME TO inbound_messages")
    assert (await deliver(http, shop, shop.delivery("R-1"))).status_code == 200
