"""What the demo's platforms write is what Forebay's adapters read: the same order, signed, to the cent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.demo.company import demo_company
from cli.demo.platforms import douyin, edi, server, square
from cli.demo.platforms.registry import PLATFORMS
from cli.demo.platforms.shape import Answered, Asked, Known, Stand, Telling
from cli.replaying.shape import Line, PlaceOrderInput
from domain.channels.adapters.contract import (
    Access,
    BadSignature,
    Delivery,
    Facts,
    HttpAnswer,
    HttpRequest,
    ListingQuantity,
    OrderCancelled,
    OrderStated,
    OrderToFetch,
    Parsed,
)
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo

URL = "http://127.0.0.1:8080/channels/shop/webhook"
NOW = datetime.now(UTC).replace(microsecond=0)
FEW = settings(max_examples=25, deadline=None)
TOLD = sorted(name for name, platform in PLATFORMS.items() if platform.stock)
BY_NAME: Mapping[str, Callable[[Known], dict[str, Any]]] = {
    "douyin": douyin.document,
    "square": square.document,
}


def _text(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


@st.composite
def lines(draw: st.DrawFn, sku: str) -> Line:
    quantity, price = draw(st.integers(1, 40)), draw(st.integers(0, 50_000))
    merchant = draw(st.integers(0, quantity * price))
    platform = draw(st.integers(0, quantity * price - merchant))
    line = Line(sku=sku, quantity=quantity, unitPrice=_text(price))
    if merchant:
        line["merchantDiscount"] = _text(merchant)
    if platform:
        line["platformDiscount"] = _text(platform)
    return line


@st.composite
def orders(draw: st.DrawFn, currency: str) -> PlaceOrderInput:
    skus = draw(st.lists(st.integers(1, 10**7), min_size=1, max_size=6, unique=True))
    seconds = draw(st.integers(1_483_228_800, 1_514_764_800))
    order = PlaceOrderInput(
        channel="shop",
        externalReference=str(draw(st.integers(10**10, 10**11))),
        placedAt=datetime.fromtimestamp(seconds, UTC).isoformat(),
        currencyCode=currency,
        customerReference=f"household-{draw(st.integers(1, 3_000))}",
        shipTo={
            "countryCode": "US", "city": "El Paso", "region": "TX", "postcode": "79901",
            "latitude": 31.7619, "longitude": -106.485,
        },
        lines=[draw(lines(str(sku))) for sku in skus],
        priority="HIGH", stockPolicy="REQUIRE", splitPolicy="SHIP_COMPLETE", maxShipments=2,
    )  # fmt: skip
    if draw(st.booleans()):
        order["promisedBy"] = datetime.fromtimestamp(seconds + 200_000, UTC).isoformat()
    return order


def facts(platform: str) -> Facts:
    return Facts(
        channel="shop",
        currency="CNY" if platform == "douyin" else "USD",
        timezone=edi.DEALERS.key,
    )


def delivered(platform: str, telling: Telling, *said: PlaceOrderInput) -> Delivery:
    post = PLATFORMS[platform].write(telling, said, NOW, URL)
    return Delivery(headers=post.headers, query={}, body=post.body, url=URL, received_at=NOW)


def parsed(platform: str, delivery: Delivery, known: Mapping[str, Known]) -> list[Parsed]:
    """What the adapter makes of it; an order that is only named is asked for, as the worker would."""
    adapter = ADAPTERS[platform]
    assert adapter.webhook
    adapter.webhook.verify(delivery, PLATFORMS[platform].credentials)
    read = [adapter.parse(message, facts(platform)) for message in adapter.webhook.messages(delivery)]
    return [fetched(platform, each, known) if isinstance(each, OrderToFetch) else each for each in read]


def fetched(platform: str, named: OrderToFetch, known: Mapping[str, Known]) -> Parsed:
    pull, side = ADAPTERS[platform].pull, PLATFORMS[platform].stock
    assert pull
    assert pull.order_request
    assert pull.parse_order
    assert side
    said = side.answer(
        asked(pull.order_request(named.reference, access(platform))), Stand(orders=dict(known))
    )
    return ADAPTERS[platform].parse(pull.parse_order(http(said)), facts(platform))


def access(platform: str) -> Access:
    """With the token that the platform gives for the credentials, where it gives one."""
    adapter, played = ADAPTERS[platform], PLATFORMS[platform]
    bare = Access(credentials=played.credentials, now=datetime.now(UTC))  # an old signature is refused
    if adapter.token is None:
        return bare
    assert played.stock
    answered = played.stock.answer(asked(adapter.token.token_request(bare)), Stand())
    return replace(bare, token=adapter.token.read_token(http(answered)).value)


def asked(request: HttpRequest) -> Asked:
    target = urlsplit(request.path)
    return Asked(
        method=request.method,
        path=target.path,
        query=dict(parse_qsl(target.query)),
        headers=request.headers,
        body=request.body,
    )


def http(answered: Answered) -> HttpAnswer:
    return HttpAnswer(status=answered.status, headers=answered.headers, body=orjson.dumps(answered.content))


def plain(order: RawOrder) -> RawOrder:
    """The order with amounts and times that can be compared: 1.5 is 1.50, and an offset is none."""
    return replace(
        order,
        placed_at=datetime.fromisoformat(order.placed_at).astimezone(UTC).isoformat(),
        promised_by=order.promised_by
        and datetime.fromisoformat(order.promised_by).astimezone(UTC).isoformat(),
        lines=tuple(plain_line(line) for line in order.lines),
        ship_to=replace(
            order.ship_to,
            name=order.ship_to.name or None,
            line1=order.ship_to.line1 or None,
            line2=order.ship_to.line2 or None,
            phone=order.ship_to.phone or None,
        ),
        shipping=_amount(order.shipping),
        tax=_amount(order.tax),
    )


def _amount(text: str | None) -> str | None:
    return str(Decimal(text).normalize()) if text and Decimal(text) else None


def plain_line(line: RawLine) -> RawLine:
    return replace(
        line,
        unit_price=_amount(line.unit_price) or "0",
        platform_discount=_amount(line.platform_discount),
        merchant_discount=_amount(line.merchant_discount),
        tax=_amount(line.tax),
    )


def whole(order: PlaceOrderInput) -> RawOrder:
    """All that the order says, as a channel that can say all of it states it."""
    to = order["shipTo"]
    return RawOrder(
        channel="shop",
        external_reference=order["externalReference"],
        placed_at=order["placedAt"],
        currency_code=order["currencyCode"],
        lines=tuple(
            RawLine(
                sku=line["sku"],
                quantity=line["quantity"],
                unit_price=line["unitPrice"],
                platform_discount=line.get("platformDiscount"),
                merchant_discount=line.get("merchantDiscount"),
            )
            for line in order["lines"]
        ),
        ship_to=RawShipTo(
            country_code=to["countryCode"],
            city=to.get("city"),
            region=to.get("region"),
            postcode=to.get("postcode"),
            latitude=to.get("latitude"),
            longitude=to.get("longitude"),
        ),
        customer_reference=order.get("customerReference"),
        priority=order.get("priority"),
        promised_by=order.get("promisedBy"),
        stock_policy=order.get("stockPolicy"),
        split_policy=order.get("splitPolicy"),
        max_shipments=order.get("maxShipments"),
    )


def one_discount(order: RawOrder) -> RawOrder:
    """A platform that knows one kind of discount only."""
    merged = tuple(
        replace(
            line,
            platform_discount=None,
            merchant_discount=str(
                Decimal(line.merchant_discount or 0) + Decimal(line.platform_discount or 0)
            ),
        )
        for line in order.lines
    )
    return replace(order, lines=merged)


def without_wishes(order: RawOrder) -> RawOrder:
    return replace(order, priority=None, stock_policy=None, split_policy=None, max_shipments=None)


def unlocated(order: RawOrder) -> RawOrder:
    return replace(order, ship_to=replace(order.ship_to, latitude=None, longitude=None))


def as_shopify(order: RawOrder) -> RawOrder:
    household = (order.customer_reference or "").removeprefix("household-")
    return replace(one_discount(without_wishes(order)), customer_reference=household, promised_by=None)


def as_square(order: RawOrder) -> RawOrder:
    return replace(unlocated(one_discount(without_wishes(order))), promised_by=None)


def as_douyin(order: RawOrder) -> RawOrder:
    here = unlocated(without_wishes(order))
    return replace(here, promised_by=None, ship_to=replace(here.ship_to, country_code="CN", postcode=None))


def as_edi(order: RawOrder) -> RawOrder:
    """A day is all that an 850 says of when the order was placed."""
    day = datetime.fromisoformat(order.placed_at).astimezone(edi.DEALERS).date()
    placed = datetime.combine(day, time(), edi.DEALERS).isoformat()
    return replace(unlocated(one_discount(without_wishes(order))), placed_at=placed)


HEARD: Mapping[str, Callable[[RawOrder], RawOrder]] = {
    "generic": lambda order: order,
    "shopify": as_shopify,
    "square": as_square,
    "douyin": as_douyin,
    "edi": as_edi,
}


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
@FEW
@given(data=st.data())
def test_an_order_that_is_written_is_read_as_it_was(platform: str, data: st.DataObject) -> None:
    order = data.draw(orders(facts(platform).currency))
    known = {order["externalReference"]: Known(order, NOW)}
    [stated] = parsed(platform, delivered(platform, Telling.PLACED, order), known)
    assert isinstance(stated, OrderStated)
    assert stated.updated_at == NOW
    assert plain(stated.order) == plain(HEARD[platform](whole(order)))


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
@FEW
@given(data=st.data())
def test_a_cancellation_names_its_order(platform: str, data: st.DataObject) -> None:
    order = data.draw(orders(facts(platform).currency))
    known = {order["externalReference"]: Known(order, NOW, cancelled=True)}
    [gone] = parsed(platform, delivered(platform, Telling.CANCELLED, order), known)
    assert isinstance(gone, OrderCancelled)
    assert (gone.reference, gone.updated_at) == (order["externalReference"], NOW)


@FEW
@given(data=st.data())
def test_an_interchange_of_many_orders_is_each_of_them(data: st.DataObject) -> None:
    some = data.draw(
        st.lists(orders("USD"), min_size=2, max_size=4, unique_by=lambda o: o["externalReference"])
    )
    read = parsed("edi", delivered("edi", Telling.PLACED, *some), {})
    assert [each.order.external_reference for each in read if isinstance(each, OrderStated)] == [
        order["externalReference"] for order in some
    ]


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
@FEW
@given(data=st.data())
def test_a_delivery_is_the_same_when_it_is_repeated_and_another_for_another_telling(
    platform: str, data: st.DataObject
) -> None:
    order = data.draw(orders(facts(platform).currency))
    webhook = ADAPTERS[platform].webhook
    assert webhook
    ids = {
        telling: [webhook.messages(delivered(platform, telling, order))[0].delivery_id for _ in range(2)]
        for telling in Telling
    }
    assert all(first == again and first for first, again in ids.values())
    assert len({first for first, _ in ids.values()}) == len(Telling)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
@FEW
@given(data=st.data())
def test_another_body_under_the_same_signature_is_refused(platform: str, data: st.DataObject) -> None:
    order = data.draw(orders(facts(platform).currency))
    webhook = ADAPTERS[platform].webhook
    assert webhook
    whole_ = delivered(platform, Telling.PLACED, order)
    with pytest.raises(BadSignature):
        webhook.verify(replace(whole_, body=whole_.body + b" "), PLATFORMS[platform].credentials)


# ---------------------------------------------------------------- stock


def listings(platform: str, quantities: list[int]) -> list[ListingQuantity]:
    side = PLATFORMS[platform].stock
    assert side
    return [
        ListingQuantity(
            listing_id=UUID(int=at),
            sku=str(900 + at),
            external_ids=side.ids(str(900 + at)),
            quantity=each,
            version=1,
        )
        for at, each in enumerate(quantities)
    ]


@pytest.mark.parametrize("platform", TOLD)
@FEW
@given(quantities=st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_what_a_platform_is_told_it_holds_and_confirms(platform: str, quantities: list[int]) -> None:
    stock, side, stand = ADAPTERS[platform].stock, PLATFORMS[platform].stock, Stand()
    assert stock
    assert side
    told = listings(platform, quantities)
    for request in stock.stock_requests(told, access(platform)):
        heard = stock.read_answer(request, http(side.answer(asked(request.request), stand)))
        assert [each.acknowledged for each in heard] == [each.quantity for each in request.listings]
    assert stand.held == {each.external_ids[side.key]: each.quantity for each in told}
    assert seen(platform, told, stand) == {each.listing_id: each.quantity for each in told}


def seen(platform: str, told: list[ListingQuantity], stand: Stand) -> dict[UUID, int]:
    stock, side = ADAPTERS[platform].stock, PLATFORMS[platform].stock
    assert stock
    assert stock.observe_requests
    assert stock.read_observed
    assert side
    found: dict[UUID, int] = {}
    for request in stock.observe_requests(told, access(platform)):
        found |= stock.read_observed(request, http(side.answer(asked(request.request), stand)))
    return found


@pytest.mark.parametrize("platform", TOLD)
def test_some_requests_are_turned_away_and_change_nothing(platform: str) -> None:
    stock, side, stand = ADAPTERS[platform].stock, PLATFORMS[platform].stock, Stand()
    assert stock
    assert side
    statuses = []
    for quantity in range(1, server.FAULT_EVERY + 1):
        [request] = stock.stock_requests(listings(platform, [quantity]), access(platform))
        statuses.append(server.answer(side, asked(request.request), stand).status)
        wanted = quantity if statuses[-1] == 200 else quantity - 1
        assert list(stand.held.values()) == [wanted]
    assert [at for at, status in enumerate(statuses, start=1) if status == 429] == [server.BUSY_EVERY]
    assert [at for at, status in enumerate(statuses, start=1) if status == 500] == [server.FAULT_EVERY]
    assert stand.turned_away == 2


@pytest.mark.parametrize("platform", TOLD)
def test_a_stranger_is_told_nothing_and_tells_nothing(platform: str) -> None:
    stock, side, stand = ADAPTERS[platform].stock, PLATFORMS[platform].stock, Stand()
    assert stock
    assert side
    stranger = Access(
        credentials=dict.fromkeys(PLATFORMS[platform].credentials, "another"),
        token="another",
        now=datetime.now(UTC),
    )
    if platform == "generic":
        stranger = replace(stranger, credentials={})
    [request] = stock.stock_requests(listings(platform, [7]), stranger)
    assert side.answer(asked(request.request), stand).status == 401
    assert stand == Stand()


def test_every_platform_of_the_company_is_played() -> None:
    channels = [channel for channel in demo_company().channels if channel.platform]
    assert {channel.platform for channel in channels} == set(PLATFORMS)
    assert len({channel.kind for channel in channels}) >= 4
    for channel in channels:
        assert channel.platform
        adapter, played = ADAPTERS[channel.platform], PLATFORMS[channel.platform]
        required = {each.name for each in adapter.credentials if each.required}
        assert required <= set(played.credentials) <= {each.name for each in adapter.credentials}
        assert bool(adapter.stock) == bool(played.stock)
