"""Partners hear of every event, in order per order, signed, and again until they take it."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from domain.channels.adapters.contract import HttpAnswer
from domain.events.feed import advance_feed
from domain.events.kinds import EventKind
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.orders.models import Order
from domain.orders.place_orders import place_orders
from domain.shared.actor import Actor
from domain.shared.refusal import NotAllowed
from domain.shared.settings import settings
from domain.sourcing.allocate import allocate_waiting
from domain.webhooks.deliver import (
    LEASE,
    begin_sending,
    end_sending,
    enqueue_deliveries,
    next_deliveries,
)
from domain.webhooks.fan_out import fan_out
from domain.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from domain.webhooks.refusals import (
    InvalidWebhookEndpoint,
    UnknownWebhookDelivery,
    UnknownWebhookEndpoint,
)
from domain.webhooks.replay import replay_deliveries, replay_since
from domain.webhooks.save_endpoint import (
    SaveWebhookEndpoint,
    create_endpoint,
    enable_endpoint,
    remove_endpoint,
    rotate_secret,
)
from tests.factories import NOW, TESTER, incoming, make_channel
from tests.integration.webhooks.conftest import Hooked
from tests.partner import Answer, Misbehaviour, Received


async def place(orders: int = 1, channel: str = "shop") -> None:
    await place_orders([incoming(channel, {"MUG": 1}) for _ in range(orders)], by=TESTER, now=NOW)


async def allocate() -> None:
    await allocate_waiting(orders_max=500, currency="EUR", by=TESTER, now=NOW)


def versions(received: list[Received]) -> dict[str, list[int]]:
    """The versions that arrived, by order."""
    found: dict[str, list[int]] = defaultdict(list)
    for request in received:
        found[request.json["data"]["order"]["number"]].append(request.json["data"]["version"])
    return dict(found)


async def test_an_event_arrives_signed_by_the_specification(hooked: Hooked) -> None:
    await place()
    await hooked.send()
    [request] = hooked.partner.received
    assert (request.method, request.path) == ("POST", "/hooks")
    assert hooked.signed(request)
    assert not hooked.signed(request, "whsec_" + "A" * 40)
    order = await Order.first()
    assert order
    body = request.json
    assert body["type"] == "order.placed"
    assert body["data"]["order"]["number"] == str(order.number)
    assert body["data"]["version"] == 1
    [delivery] = await WebhookDelivery.all()
    assert (delivery.state, delivery.delivered_at) == ("DELIVERED", NOW)
    assert request.headers["webhook-id"] == f"msg_{delivery.id.hex}"
    [attempt] = await WebhookAttempt.all()
    assert attempt.status == 200
    assert attempt.error is None


async def test_events_of_an_order_arrive_in_its_order_whatever_fails(hooked: Hooked) -> None:
    calls = 0

    def every_third(_: Received) -> Answer:
        nonlocal calls
        calls += 1
        return HttpAnswer(status=500) if calls % 3 == 0 else HttpAnswer(status=200)

    hooked.partner.answer = every_third
    await place(20)
    await hooked.send()
    await allocate()
    for order in await Order.all():
        ask = CancelOrder(order_id=order.id, reason=CancelReason.CUSTOMER)
        await cancel_order(ask, by=TESTER, now=NOW)
    for _ in range(12):
        await hooked.send(hours=3)
    assert await WebhookDelivery.exclude(state="DELIVERED").count() == 0
    took = {a.delivery_id: a.at for a in await WebhookAttempt.filter(error=None)}
    assert len(took) == await WebhookDelivery.all().count() == 60
    for order in await Order.all():
        mine = await WebhookDelivery.filter(order_id=order.id).order_by("position")
        times = [took[each.id] for each in mine]
        assert times == sorted(times)
    for arrived in versions(hooked.partner.received).values():
        assert arrived == sorted(arrived)
        assert set(arrived) == {1, 2, 3}


async def test_an_order_that_is_stuck_does_not_keep_the_others(hooked: Hooked) -> None:
    await place(3)
    stuck = str((await Order.all().order_by("number"))[0].number)
    hooked.partner.answer = lambda request: HttpAnswer(
        status=503 if request.json["data"]["order"]["number"] == stuck else 204
    )
    await hooked.send()
    await allocate()
    await hooked.send(minutes=2)
    heard = versions(hooked.partner.received)
    assert set(heard.pop(stuck)) == {1}
    assert list(heard.values()) == [[1, 2], [1, 2]]


@pytest.mark.parametrize(
    "trouble",
    [
        HttpAnswer(status=500),
        HttpAnswer(status=404),
        HttpAnswer(status=302, headers={"location": "http://127.0.0.1:1/"}),
        Misbehaviour.CLOSES,
        Misbehaviour.CLOSES_EARLY,
    ],
    ids=str,
)
async def test_it_is_tried_for_three_days_and_then_given_up(hooked: Hooked, trouble: Answer) -> None:
    hooked.partner.answer = lambda _: trouble
    await place()
    began = hooked.now
    await hooked.send()
    while await WebhookDelivery.filter(state="PENDING").exists():
        await hooked.send(minutes=30)
    assert timedelta(days=2.5) < hooked.now - began < timedelta(days=5)
    attempts = await WebhookAttempt.all().order_by("at")
    assert len(attempts) == 10
    assert len({request.headers["webhook-id"] for request in hooked.partner.received}) == 1
    pauses = [late.at - early.at for early, late in pairwise(attempts)]
    assert pauses[-1] > timedelta(hours=15) > pauses[2]
    endpoint = await WebhookEndpoint.get(id=hooked.endpoint_id)
    assert (endpoint.state, endpoint.disabled_because) == ("DISABLED", "it took nothing for three days")


async def test_gone_disables_it_at_once(hooked: Hooked) -> None:
    hooked.partner.answer = lambda _: HttpAnswer(status=410)
    await place(2)
    await hooked.send()
    endpoint = await WebhookEndpoint.get(id=hooked.endpoint_id)
    assert endpoint.state == "DISABLED"
    asked = len(hooked.partner.received)
    await hooked.send(days=1)
    assert len(hooked.partner.received) == asked
    hooked.partner.answer = lambda _: HttpAnswer(status=200)
    await enable_endpoint(hooked.endpoint_id, enabled=True, by=TESTER, now=hooked.now)
    await hooked.send(minutes=1)
    assert await WebhookDelivery.filter(state="DELIVERED").count() == 2


async def test_after_a_rotation_both_secrets_sign_until_the_old_one_ends(hooked: Hooked) -> None:
    new = await rotate_secret(hooked.endpoint_id, overlap=timedelta(hours=1), by=TESTER, now=NOW)
    await place()
    await hooked.send()
    [request] = hooked.partner.received
    assert hooked.signed(request)
    assert hooked.signed(request, new)
    await place()
    await hooked.send(hours=1)
    assert not hooked.signed(hooked.partner.received[-1])
    assert hooked.signed(hooked.partner.received[-1], new)


async def test_only_the_kinds_and_channels_that_it_asked_for(hooked: Hooked) -> None:
    await make_channel("other")
    url = f"{hooked.partner.url}/placed-elsewhere"
    ask = SaveWebhookEndpoint(url=url, kinds=(EventKind.ORDER_PLACED,), channels=("other",))
    await create_endpoint(ask, by=TESTER, now=NOW)
    await place()
    await place(channel="other")
    await allocate()
    await hooked.send()
    await hooked.send(minutes=1)
    elsewhere = [each.json for each in hooked.partner.received if each.path == "/placed-elsewhere"]
    assert [(each["type"], each["data"]["order"]["channel"]) for each in elsewhere] == [
        ("order.placed", "other")
    ]
    assert len(hooked.partner.received) == 5


async def test_what_was_taken_or_given_up_can_be_sent_again(hooked: Hooked) -> None:
    await place(3)
    await hooked.send()
    ids = {request.headers["webhook-id"] for request in hooked.partner.received}
    some = await WebhookDelivery.all().limit(2)
    await replay_deliveries([each.id for each in some], by=TESTER, now=hooked.now)
    await hooked.send(minutes=1)
    assert len(hooked.partner.received) == 5
    assert {request.headers["webhook-id"] for request in hooked.partner.received} == ids
    later = hooked.now
    assert await replay_since(hooked.endpoint_id, NOW, delivered_too=False, by=TESTER, now=later) == 0
    assert await replay_since(hooked.endpoint_id, NOW, delivered_too=True, by=TESTER, now=later) == 3
    await hooked.send(minutes=1)
    assert len(hooked.partner.received) == 8
    with pytest.raises(UnknownWebhookDelivery):
        await replay_deliveries([some[0].id, uuid4()], by=TESTER, now=later)


async def test_nothing_is_fanned_out_twice_or_left_out_by_rivals(hooked: Hooked) -> None:
    await place(50)
    await advance_feed()
    await asyncio.gather(*(fan_out(now=NOW) for _ in range(6)))
    while await fan_out(now=NOW):
        pass
    assert await WebhookDelivery.all().count() == 50
    assert sum(await asyncio.gather(*(enqueue_deliveries(now=NOW) for _ in range(6)))) == 1


async def test_a_sender_that_died_is_followed_by_another(hooked: Hooked) -> None:
    await place()
    await advance_feed()
    await fan_out(now=NOW)
    assert await enqueue_deliveries(now=NOW) == 1
    await hooked.send(seconds=30)
    sent = len(hooked.partner.received)
    hooked.now = NOW + LEASE
    await hooked.send(seconds=1)
    assert (sent, len(hooked.partner.received)) == (1, 1)


async def test_of_several_with_one_job_one_begins_and_only_the_holder_goes_on(hooked: Hooked) -> None:
    await place()
    await advance_feed()
    await fan_out(now=NOW)
    await enqueue_deliveries(now=NOW)
    endpoint_id, later = hooked.endpoint_id, NOW + LEASE + timedelta(seconds=1)
    begun = await asyncio.gather(*(begin_sending(endpoint_id, 1, now=NOW) for _ in range(4)))
    assert sorted(begun, key=str) == [2, None, None, None]
    assert len(await next_deliveries(endpoint_id, 2, most=9, now=NOW)) == 1
    assert await enqueue_deliveries(now=later) == 1
    assert await next_deliveries(endpoint_id, 2, most=9, now=later) == []
    await end_sending(endpoint_id, 2)
    assert await enqueue_deliveries(now=later) == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "ftp://example.org/",
        "https://",
        "https://user:pass@example.org/",
        "https://example.org/#here",
        "https://example.org:0x1/",
        "https://exämple.org/",
        "https://example.org/a b",
        "https://example.org/" + "a" * 2_000,
        "javascript:alert(1)",
    ],
)
async def test_a_url_that_cannot_be_is_refused(hooked: Hooked, url: str) -> None:
    with pytest.raises(InvalidWebhookEndpoint):
        await create_endpoint(SaveWebhookEndpoint(url=url), by=TESTER, now=NOW)
    assert await WebhookEndpoint.all().count() == 1


async def test_plain_http_is_for_networks_of_ones_own(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREBAY_OUTSIDE_NETWORKS", "")
    settings.cache_clear()
    with pytest.raises(InvalidWebhookEndpoint):
        await create_endpoint(SaveWebhookEndpoint(url="http://example.org/"), by=TESTER, now=NOW)


async def test_only_administrators_may(hooked: Hooked) -> None:
    nobody = Actor(name="nobody")
    with pytest.raises(NotAllowed):
        await create_endpoint(SaveWebhookEndpoint(url="https://example.org/"), by=nobody, now=NOW)
    with pytest.raises(NotAllowed):
        await remove_endpoint(hooked.endpoint_id, by=nobody)
    with pytest.raises(UnknownWebhookEndpoint):
        await remove_endpoint(UUID(int=1), by=TESTER)
    await remove_endpoint(hooked.endpoint_id, by=TESTER)
    assert await WebhookEndpoint.all().count() == 0
