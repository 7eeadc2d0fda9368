"""All the way round: a platform sends an order, hears what it may still sell, and a partner hears what became of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.e2e.client import Client
from tests.e2e.house import House, eventually, open_house
from tests.e2e.trade import RECEIVE, Shop, open_shop
from tests.factories import postal_line
from tests.partner import Partner, Received, json_answer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SAVE = (
    """mutation ($input: SaveChannelInput!) { saveChannel(input: $input) { userErrors { message field } } }"""
)
CREDENTIALS = """mutation ($input: SetChannelCredentialsInput!) {
    setChannelCredentials(input: $input) { userErrors { message field } } }"""
LIST = """mutation ($input: SaveListingsInput!) { saveListings(input: $input) {
    listings { id desired { quantity } } userErrors { message field } } }"""
LISTINGS = """query ($channel: String!) { listings(where: {channel: {eq: $channel}}) { nodes {
    drift error variant { sku } channel { link { failures lastError } }
    desired { quantity version } sent { version } acknowledged { quantity version } } } }"""
DRIFTING = """query ($channel: String!) {
    listingCount(where: {channel: {eq: $channel}, drift: {forSeconds: 0}}) { count } }"""
ENDPOINT = """mutation ($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
    secret webhookEndpoint { id state kinds channels { code } } userErrors { message field } } }"""
DELIVERIES = """query ($where: WebhookDeliveryWhere) { webhookDeliveries(where: $where) { nodes {
    id messageId state attempts { status error } } } }"""
REPLAY = """mutation ($input: ReplayWebhooksInput!) {
    replayWebhooks(input: $input) { replayed userErrors { message field } } }"""
LOCATED = """query ($channel: String!) { orders(where: {channel: {eq: $channel}}) { nodes {
    externalReference shipTo { precision locatedBy } sourcingDecisions { explanation } } } }"""
MESSAGES = """query ($where: InboundMessageWhere) { inboundMessages(where: $where) { nodes {
    outcome order { externalReference } } } }"""


@pytest.fixture(scope="module")
def open_to_itself(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose platforms and partners may be on this machine."""
    with open_house(tmp_path_factory.mktemp("loop"), FOREBAY_OUTSIDE_NETWORKS="127.0.0.0/8") as opened:
        yield opened


class Platform:
    """The other side: it keeps what it is told it may sell, and what it is told of orders."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.stock: dict[str, int] = {}
        self.heard: list[Received] = []
        partner.answer = self.respond

    def respond(self, request: Received) -> Any:
        if request.path == "/hooks":
            self.heard.append(request)
            return json_answer({})
        listings = request.json["data"]["listings"]
        if request.path == "/stock/query":
            return json_answer(
                {"listings": [{"id": x["id"], "quantity": self.stock[x["sku"]]} for x in listings]}
            )
        self.stock |= {listing["sku"]: listing["quantity"] for listing in listings}
        return json_answer({"listings": [{"id": x["id"], "quantity": x["quantity"]} for x in listings]})

    def types(self) -> list[str]:
        return [request.json["type"] for request in self.heard]


async def connect(admin: Client, shop: Shop, platform: Platform) -> None:
    """Make the shop's channel one of the generic platform, at the other side's address."""
    channel = {"code": shop.channel, "name": "Shop", "kind": "ONLINE_STORE", "currencyCode": "EUR"}
    more = {"timezone": "Europe/Berlin", "warehouses": list(shop.warehouses)}
    await admin.do(SAVE, input=channel | more | {"settings": {"endpoint": platform.partner.url}})
    given = {"channel": shop.channel, "credentials": [{"name": "secret", "value": SECRET}]}
    await admin.do(CREDENTIALS, input=given)
    listings = [{"sku": sku, "externalIds": {"offer": sku}} for sku in shop.skus]
    await admin.do(LIST, input={"channel": shop.channel, "listings": listings})


async def deliver(
    admin: Client, shop: Shop, reference: str, units: int, *, secret: str = SECRET, **place: Any
) -> int:
    """Send a signed order as the platform would; the status of the answer. It goes to `place`, or to coordinates."""
    now = datetime.now(UTC)
    order = {
        "external_id": reference,
        "updated_at": now.isoformat(),
        "placed_at": now.isoformat(),
        "currency": "EUR",
        "lines": [{"sku": shop.skus[0], "qty": units, "unit_price": "10.00"}],
        "ship_to": {"country": "DE"} | (place or {"city": "Berlin", "lat": 52.52, "lon": 13.4}),
    }
    body = json.dumps({"type": "order.placed", "data": order})
    headers = {
        "webhook-id": f"msg_{reference}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(f"msg_{reference}", now, body),
    }
    answer = await admin.http.post(f"/channels/{shop.channel}/webhook", content=body, headers=headers)
    return answer.status_code


async def test_an_order_goes_all_the_way_round(open_to_itself: House) -> None:
    house = open_to_itself
    async with house.client() as admin, Partner() as partner:
        platform = Platform(partner)
        shop = await open_shop(admin, stock=[10])
        sku = shop.skus[0]
        made = await admin.do(ENDPOINT, input={"url": f"{partner.url}/hooks", "channels": [shop.channel]})
        assert made["secret"].startswith("whsec_")
        await connect(admin, shop, platform)

        async def may_sell(units: int) -> None:
            async def told() -> bool:
                return platform.stock.get(sku) == units

            await eventually(told, within_s=30)

        await may_sell(10)
        assert await deliver(admin, shop, "A-1", 3) == 200
        assert await deliver(admin, shop, "A-1", 3) == 200
        assert await deliver(admin, shop, "A-2", 1, secret="whsec_" + "B" * 32) == 401
        await may_sell(7)
        await admin.do(
            RECEIVE, input={"warehouse": shop.warehouses[0], "lines": [{"sku": sku, "quantity": 5}]}
        )
        await may_sell(12)

        async def heard() -> bool:
            return platform.types() == ["order.placed", "order.sourced"]

        await eventually(heard, within_s=30)
        for request in platform.heard:
            at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), tz=UTC)
            signed = Webhook(made["secret"]).sign(request.headers["webhook-id"], at, request.body.decode())
            assert request.headers["webhook-signature"] == signed
        await house.audit()
        await _looks_right(admin, shop, made["webhookEndpoint"]["id"])
        await _can_be_sent_again(admin, platform, made["webhookEndpoint"]["id"])


async def test_an_address_without_coordinates_is_located(open_to_itself: House, tmp_path: Path) -> None:
    """By its city at once; by its postal code, and told so by the decision, once that is known."""
    codes = tmp_path / "DE.txt"
    codes.write_text(postal_line("DE|04109|Leipzig|Sachsen|SN", 51.34, 12.37), encoding="utf-8")
    async with open_to_itself.client() as admin, Partner() as partner:
        shop = await open_shop(admin, stock=[10], warehouses=2)  # at 51 and 52 degrees north
        await connect(admin, shop, Platform(partner))
        assert await deliver(admin, shop, "L-1", 1, city="Leipzig") == 200
        await open_to_itself.settled()
        await open_to_itself.command("places", "import", str(codes))
        assert await deliver(admin, shop, "L-2", 1, postcode="04109") == 200
        await open_to_itself.settled()
        told = await admin.ask(LOCATED, channel=shop.channel)
    found = {order["externalReference"]: order for order in told["nodes"]}
    assert found["L-1"]["shipTo"] == {"precision": "CITY", "locatedBy": "Leipzig"}
    assert found["L-2"]["shipTo"] == {"precision": "POSTAL_CODE", "locatedBy": "04109"}
    [decision] = found["L-2"]["sourcingDecisions"]
    assert (
        f"From {shop.warehouses[0]}: 46 km, 3.74 EUR, located by postal code 04109" in decision["explanation"]
    )


async def _looks_right(admin: Client, shop: Shop, endpoint: str) -> None:
    """What the API shows of all that."""

    async def nothing_drifts() -> bool:
        return bool((await admin.ask(DRIFTING, channel=shop.channel))["count"] == 0)

    await eventually(nothing_drifts)
    [listing] = (await admin.ask(LISTINGS, channel=shop.channel))["nodes"]
    assert (listing["drift"], listing["error"]) == (None, None)
    assert listing["acknowledged"]["quantity"] == listing["desired"]["quantity"] == 12
    assert listing["acknowledged"]["version"] == listing["sent"]["version"] == listing["desired"]["version"]
    assert listing["channel"]["link"] == {"failures": 0, "lastError": None}
    told = (await admin.ask(DELIVERIES, where={"endpointId": endpoint}))["nodes"]
    assert [each["state"] for each in told] == ["DELIVERED", "DELIVERED"]
    assert [each["attempts"] for each in told] == [[{"status": 200, "error": None}]] * 2
    messages = (await admin.ask(MESSAGES, where={"channel": {"eq": shop.channel}}))["nodes"]
    assert sorted(each["outcome"] for each in messages) == ["PLACED", "REFUSED"]


async def _can_be_sent_again(admin: Client, platform: Platform, endpoint: str) -> None:
    ids = {request.headers["webhook-id"] for request in platform.heard}
    told = (await admin.ask(DELIVERIES, where={"endpointId": endpoint}))["nodes"]
    assert {each["messageId"] for each in told} == ids
    again = await admin.do(REPLAY, input={"ids": [told[0]["id"]]})
    assert again["replayed"] == 1

    async def heard_again() -> bool:
        return len(platform.heard) == 3

    await eventually(heard_again, within_s=30)
    assert {request.headers["webhook-id"] for request in platform.heard} == ids
