"""What messages name and do not carry is asked for: orders, and the keys of signatures."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest

from domain.channels.adapters.contract import Delivery, HttpAnswer
from domain.channels.credentials.stored import read_credentials, remove_credential
from domain.channels.links import link_failed
from domain.channels.models import ChannelLink
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.models import InboundMessage
from domain.jobs.models import Job
from domain.orders.models import Order
from domain.shared.database import execute
from tests.integration.intake.conftest import Shop, deliver, make_shop, outcomes
from tests.partner import Answer, Partner, Received, json_answer
from tests.promises import broken_promises
from tests.recorded import ebay, wechat_shop
from tests.working import do_jobs
from workers.outside.channel import TOKENS


def now() -> datetime:
    return datetime.now(UTC)


async def work(*kinds: str) -> None:
    await do_jobs(*kinds, now=now)


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with Partner() as partner:
        yield partner


def wechat(request: Received) -> Answer:
    if request.path == "/cgi-bin/stable_token":
        return json_answer({"access_token": "at-1", "expires_in": 7200})
    return wechat_shop.answer(order=wechat_shop.order(request.json["order_id"], 0))


async def at(partner: Partner, shop: Shop) -> None:
    await execute(
        "UPDATE channels SET settings = settings || jsonb_build_object('endpoint', $2::text) WHERE id = $1",
        shop.channel.id,
        partner.url,
    )


async def test_an_order_that_is_only_named_is_fetched_and_placed_once(
    http: httpx2.AsyncClient, partner: Partner
) -> None:
    shop, partner.answer = await make_shop(wechat_shop.RECORDED), wechat
    await at(partner, shop)
    for _ in range(3):
        assert (await deliver(http, shop, shop.delivery("R-1"))).status_code == 200
    await work("INTAKE")
    assert await outcomes(shop.channel.id) == ["FETCHING"]

    await work("FETCH_ORDERS", "INTAKE")

    assert await outcomes(shop.channel.id) == ["FETCHED", "PLACED"]
    assert (await Order.get()).external_reference == "R-1"
    assert sum(each.path == "/channels/ec/order/get" for each in partner.received) == 1
    assert await Job.filter(kind="FETCH_ORDERS").count() == 0
    assert await broken_promises() == {}


async def test_a_platform_that_is_away_is_asked_again(http: httpx2.AsyncClient, partner: Partner) -> None:
    shop = await make_shop(wechat_shop.RECORDED)
    partner.answer = lambda _: HttpAnswer(status=503)
    await at(partner, shop)
    await deliver(http, shop, shop.delivery("R-1"))
    await work("INTAKE", "FETCH_ORDERS")
    assert await outcomes(shop.channel.id) == ["FETCHING"]
    assert await enqueue_fetches(now=now()) == 0  # it is left alone for a while

    partner.answer = wechat
    await execute("UPDATE channel_links SET not_before = now() - interval '1 second'")
    assert await enqueue_fetches(now=now()) == 1
    await work("FETCH_ORDERS", "INTAKE")
    assert await outcomes(shop.channel.id) == ["FETCHED", "PLACED"]


async def test_an_order_that_the_platform_does_not_give_fails_visibly(
    http: httpx2.AsyncClient, partner: Partner
) -> None:
    def refusing(request: Received) -> Answer:
        return wechat(request) if "token" in request.path else HttpAnswer(status=404, body=b"no such order")

    shop, partner.answer = await make_shop(wechat_shop.RECORDED), refusing
    await at(partner, shop)
    await deliver(http, shop, shop.delivery("R-1"))
    await work("INTAKE", "FETCH_ORDERS")
    message = await InboundMessage.get()
    assert (message.outcome, message.code) == ("FAILED", "PLATFORM_REFUSED")
    assert "no such order" in (message.detail or "")


async def test_a_key_that_is_not_known_is_fetched_and_the_delivery_comes_again(
    http: httpx2.AsyncClient, partner: Partner, environment: pytest.MonkeyPatch
) -> None:
    def keys(request: Received) -> Answer:
        if "public_key" in request.path:
            return json_answer({"key": ebay.PUBLIC_KEY, "algorithm": "ECDSA", "digest": "SHA1"})
        return json_answer({"access_token": "at-1", "expires_in": 7200})

    shop, partner.answer = await make_shop(ebay.RECORDED), keys
    await at(partner, shop)
    await remove_credential(shop.channel.id, f"key:{ebay.KEY_ID}")

    answers = [await deliver(http, shop, shop.delivery("R-1")) for _ in range(3)]
    assert all(answer.status_code >= 500 for answer in answers)
    assert await InboundMessage.all().count() == 0
    assert await Job.filter(kind="FETCH_KEY").count() == 1

    await execute("UPDATE key_requests SET minute = minute - interval '1 minute'")
    await deliver(http, shop, shop.delivery("R-1"))
    assert await Job.filter(kind="FETCH_KEY").count() == 1  # it is under way

    await work("FETCH_KEY")
    assert (await read_credentials(shop.channel.id))[f"key:{ebay.KEY_ID}"] == ebay.PUBLIC_KEY


async def test_whatever_keys_are_named_a_few_a_minute_are_asked_for_and_nothing_else_is_delayed(
    http: httpx2.AsyncClient, partner: Partner, environment: pytest.MonkeyPatch
) -> None:
    def too_many(request: Received) -> Answer:
        if "public_key" in request.path:
            return HttpAnswer(status=429, headers={"retry-after": "3600"})
        return json_answer({"access_token": "at-1", "expires_in": 7200})

    def no_key(request: Received) -> Answer:
        return HttpAnswer(status=404) if "public_key" in request.path else too_many(request)

    shop, partner.answer = await make_shop(ebay.RECORDED), too_many
    await at(partner, shop)

    async def name(*keys: str) -> int:
        """How often eBay was asked for a key when deliveries name these."""
        before = len(partner.received)
        for key in keys:
            kid = json.dumps({"alg": "ecdsa", "kid": key, "signature": "AA==", "digest": "SHA1"}).encode()
            headers = {"x-ebay-signature": base64.b64encode(kid).decode()}
            answer = await deliver(http, shop, Delivery(headers=headers, query={}, body=b"{}"))
            assert answer.status_code >= 500
            await work("FETCH_KEY")
        return sum("public_key" in each.path for each in partner.received[before:])

    assert await name(*(f"{number:036}" for number in range(20))) in (5, 10)  # a minute may have begun
    assert await ChannelLink.filter(not_before__isnull=False).count() == 0

    minutes_pass = "UPDATE key_requests SET minute = minute - interval '2 minutes'"
    await execute(minutes_pass)
    assert await name(f"{0:036}") == 1  # nobody said that there is none
    assert await name(f"{0:036}") == 0  # but not so soon

    partner.answer = no_key
    assert await name(f"{77:036}") == 1
    await execute(minutes_pass)
    assert await name(f"{77:036}") == 0  # somebody did

    await execute(minutes_pass)
    await execute("DELETE FROM channel_credentials WHERE name = 'client_id'")
    TOKENS.forget(shop.channel.id)
    assert await name(f"{99:036}") == 0  # and no job fails for it

    await execute(minutes_pass)
    await link_failed(shop.channel.id, "later", wait_s=60, now=now())
    assert await name(f"{88:036}") == 0
