"""eBay: what ships, what it costs, the signature of its own SDK's test, and what it answers about stock."""

import json
from base64 import b64encode
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.channels.adapters.contract import (
    Access,
    BadSignature,
    Cursor,
    Delivery,
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    OrderToFetch,
    Parsed,
    UnknownKey,
    Unreadable,
    WindowBy,
)
from domain.channels.adapters.ebay import EBAY
from tests.recorded.ebay import (
    CREDENTIALS,
    FACTS,
    KEY_ID,
    PUBLIC_KEY,
    START,
    URL,
    header,
    instruction,
    line,
    notification,
    order,
    pricing,
    sign,
    taxed,
)
from tests.unit.channels.paying import NOW, listing, pays, stated_order

ACCESS = Access(credentials=CREDENTIALS, token="v^1.1#t", now=NOW)


def parsed(stated: dict[str, Any], topic: str = "order") -> Parsed:
    return EBAY.parse(Message(topic=topic, body=json.dumps(stated).encode()), FACTS)


# ---------------------------------------------------------------- money

ONE = [line("MUG-1", 2, "20.00")]
ORDERS_THAT_ADD_UP = {
    "discounts, delivery and tax": order(),
    "tax in prices": order(lineItems=ONE, pricingSummary=pricing("24.00", "20.00", deliveryCost="4.00")),
    "a fee among the taxes": order(
        lineItems=[
            line(
                "MUG-1",
                1,
                "263.0",
                taxes=[
                    *taxed("6.0", kind="ELECTRONIC_RECYCLING_FEE")["taxes"],
                    *taxed("24.33")["taxes"],
                ],
            )
        ],
        pricingSummary=pricing("294.33", "263.0", deliveryCost="1.0", tax="24.33", fee="6.0"),
    ),
    "tax that eBay takes beside the total": order(
        lineItems=[line("MUG-1", 1, "18.00", ebayCollectAndRemitTaxes=taxed("1.93")["taxes"])],
        pricingSummary=pricing("27.50", "18.00", deliveryCost="9.50"),
    ),
    "a discount that only the order states": order(
        lineItems=[line("MUG-1", 1, "20.00"), line("TEA-2", 1, "10.00")],
        pricingSummary=pricing("25.00", "30.00", priceDiscount="-5.00"),
    ),
    "an adjustment up": order(lineItems=ONE, pricingSummary=pricing("22.00", "20.00", adjustment="2.00")),
    "an adjustment down": order(lineItems=ONE, pricingSummary=pricing("17.00", "20.00", adjustment="-3.00")),
    "tax that only the order states": order(
        lineItems=ONE, pricingSummary=pricing("21.60", "20.00", tax="1.60")
    ),
    "a price that cannot be divided": order(
        lineItems=[line("MUG-1", 3, "10.00")], pricingSummary=pricing("10.00", "10.00")
    ),
}


@pytest.mark.parametrize("name", ORDERS_THAT_ADD_UP)
def test_the_order_costs_what_the_customer_pays(name: str) -> None:
    stated = ORDERS_THAT_ADD_UP[name]
    assert pays(stated_order(parsed(stated))) == Decimal(stated["pricingSummary"]["total"]["value"])


def test_an_order_as_it_is_read() -> None:
    raw = stated_order(parsed(order()))
    mug, tea = raw.lines
    assert (mug.sku, mug.quantity, mug.unit_price) == ("MUG-1", 2, "12.50")
    assert (mug.merchant_discount, mug.platform_discount, mug.tax) == ("3.00", None, "1.95")
    assert (tea.unit_price, tea.merchant_discount, tea.tax) == ("9.00", None, "0.85")
    assert (raw.shipping, raw.tax) == ("6.00", None)
    assert raw.promised_by == "2026-11-28T08:00:00+00:00"
    assert raw.placed_at == "2026-11-20T08:00:00+00:00"
    assert (raw.external_reference, raw.customer_reference) == ("14-12345-67890", "noah_r")
    assert (raw.ship_to.name, raw.ship_to.line2, raw.ship_to.region) == ("Noah Reed", "Apt 4C", "NY")


def test_money_that_does_not_add_up_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="add up"):
        parsed(order(lineItems=ONE, pricingSummary=pricing("25.00", "20.00")))


def test_what_the_buyer_paid_in_another_currency_is_not_read() -> None:
    total = {
        "value": "20.00",
        "currency": "USD",
        "convertedFromValue": "16.10",
        "convertedFromCurrency": "GBP",
    }
    raw = stated_order(parsed(order(lineItems=ONE, pricingSummary={**pricing("0", "20.00"), "total": total})))
    assert (raw.currency_code, pays(raw)) == ("USD", Decimal("20.00"))


# ---------------------------------------------------------------- what ships


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"orderPaymentStatus": "PENDING"}, "not paid: PENDING"),
        ({"orderPaymentStatus": "FAILED"}, "not paid: FAILED"),
        ({"orderFulfillmentStatus": "FULFILLED"}, "fulfilled"),
        ({"orderFulfillmentStatus": "FULFILLED", "orderPaymentStatus": "FULLY_REFUNDED"}, "fulfilled"),
        ({"fulfillmentStartInstructions": [instruction("DIGITAL")]}, "nothing"),
        ({"fulfillmentStartInstructions": [instruction("PREPARE_FOR_PICKUP")]}, "picked up"),
        ({"fulfillmentStartInstructions": [instruction("FULFILLED_BY_EBAY")]}, "eBay ships it"),
    ],
)
def test_what_asks_nothing_of_us(more: dict[str, Any], why: str) -> None:
    answer = parsed(order(**more))
    assert isinstance(answer, Ignored)
    assert why in answer.why


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"cancelStatus": {"cancelState": "CANCELED"}}, "cancelled"),
        ({"orderPaymentStatus": "FULLY_REFUNDED"}, "refunded"),
    ],
)
def test_what_is_cancelled(more: dict[str, Any], reason: str) -> None:
    at = START + timedelta(minutes=10)
    assert parsed(order(**more)) == OrderCancelled(reference="14-12345-67890", updated_at=at, reason=reason)


def test_a_request_to_cancel_is_a_tag_and_a_partial_refund_still_ships() -> None:
    stated = order(
        cancelStatus={"cancelState": "IN_PROGRESS"},
        orderPaymentStatus="PARTIALLY_REFUNDED",
        orderFulfillmentStatus="IN_PROGRESS",
    )
    raw = stated_order(parsed(stated))
    assert raw.tags == ("cancel-requested",)
    assert [each.quantity for each in raw.lines] == [2, 1]


def test_the_reference_of_an_international_hub_is_on_the_label() -> None:
    stated = order(
        fulfillmentStartInstructions=[instruction(shipToReferenceId="Reference #1234567890123456")]
    )
    assert stated_order(parsed(stated)).ship_to.line2 == "Reference #1234567890123456, Apt 4C"


def test_without_an_address_it_says_so() -> None:
    with pytest.raises(Unreadable) as wrong:
        parsed(order(fulfillmentStartInstructions=[]))
    assert wrong.value.path == "fulfillmentStartInstructions[0].shippingStep.shipTo"


def test_a_line_without_a_sku_is_named_by_its_variation() -> None:
    stated = order(lineItems=[line("", 1, "5.00")], pricingSummary=pricing("5.00", "5.00"))
    assert stated_order(parsed(stated)).lines[0].sku == "item:554812345678"


# ---------------------------------------------------------------- notifications


@pytest.mark.parametrize(
    "data",
    [
        {"orderId": "14-1"},
        {"order": {"orderId": "14-1"}},
        {"user": {"userId": "u"}, "lines": [{"lineItemId": "1"}, {"orderId": "14-1"}]},
    ],
)
def test_a_confirmation_leads_to_the_order(data: dict[str, Any]) -> None:
    stated = notification("ORDER_CONFIRMATION", data)
    assert parsed(stated, "ORDER_CONFIRMATION") == OrderToFetch(reference="14-1")


def test_a_confirmation_without_an_order_is_unreadable_and_others_are_ignored() -> None:
    with pytest.raises(Unreadable, match="names no order"):
        parsed(notification("ORDER_CONFIRMATION", {"lines": []}), "ORDER_CONFIRMATION")
    deletion = notification("MARKETPLACE_ACCOUNT_DELETION", {"username": "u"})
    assert isinstance(parsed(deletion, "MARKETPLACE_ACCOUNT_DELETION"), Ignored)


# Source: github.com/eBay/event-notification-nodejs-sdk, test/test.json, "VALID": a notification of eBay's,
# its header and the key that it names.
SDK_BODY = (
    b'{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},'
    b'"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d",'
    b'"eventDate":"2021-03-19T20:43:59.462Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,'
    b'"data":{"username":"test_user","userId":"ma8vp1jySJC",'
    b'"eiasToken":"nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ=="}}}'
)
SDK_HEADER = (
    "eyJhbGciOiJlY2RzYSIsImtpZCI6Ijk5MzYyNjFhLTdkN2ItNDYyMS1hMGYxLTk2Y2NiNDI4YWY0OSIsInNpZ25hdHVyZSI6Ik1FWUNJ"
    "UUNmeGZJV3V4bVdjSUJRSjljNS9YN2lHREpxczJSQ0dzQkVhQWppbnlycmZBSWhBSVY2d0djVGlCdVY1S0pVaWYyaG9reXJMK1E5c3NI"
    "a2FkK214Mm5FRTI1dyIsImRpZ2VzdCI6IlNIQTEifQ=="
)
SDK_KEY = (
    "-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ"
    "/upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----"
)
SDK_KEYS = {"key:9936261a-7d7b-4621-a0f1-96ccb428af49": SDK_KEY}


def sdk_delivery(body: bytes = SDK_BODY, signature: str = SDK_HEADER) -> Delivery:
    return Delivery(headers={"x-ebay-signature": signature}, query={}, body=body)


def test_the_signature_of_ebays_own_sdk_is_right_and_one_byte_makes_it_wrong() -> None:
    assert EBAY.webhook
    EBAY.webhook.verify(sdk_delivery(), SDK_KEYS)
    with pytest.raises(BadSignature):
        EBAY.webhook.verify(sdk_delivery(SDK_BODY.replace(b"test_user", b"best_user")), SDK_KEYS)


def test_a_key_that_is_not_known_is_asked_for_by_its_name() -> None:
    assert EBAY.webhook
    assert EBAY.webhook.key_request
    assert EBAY.webhook.read_key
    with pytest.raises(UnknownKey) as unknown:
        EBAY.webhook.verify(sdk_delivery(), CREDENTIALS)
    assert unknown.value.key_id == "9936261a-7d7b-4621-a0f1-96ccb428af49"
    request = EBAY.webhook.key_request(unknown.value.key_id, ACCESS)
    assert request.path == "/commerce/notification/v1/public_key/9936261a-7d7b-4621-a0f1-96ccb428af49"
    assert request.headers["authorization"] == "Bearer v^1.1#t"
    said = json.dumps({"key": SDK_KEY, "algorithm": "ECDSA", "digest": "SHA1"}).encode()
    assert EBAY.webhook.read_key(HttpAnswer(status=200, body=said)) == SDK_KEY


@pytest.mark.parametrize(
    "more",
    [
        {"kid": "../../../identity"},
        {"kid": ""},
        {"alg": "none"},
        {"digest": "MD5"},
        {"signature": "%%%"},
        {"signature": ""},
    ],
)
def test_a_signature_of_another_kind_is_refused_before_any_key_is_asked_for(more: dict[str, str]) -> None:
    assert EBAY.webhook
    delivery = Delivery(headers={"x-ebay-signature": header(b"", **more)}, query={}, body=b"{}")
    with pytest.raises(BadSignature):
        EBAY.webhook.verify(delivery, CREDENTIALS)


@pytest.mark.parametrize(
    "text", ["", "nonsense", b64encode(b"[]").decode(), b64encode(b"\xff").decode(), "ü"]
)
def test_a_header_that_is_no_signature_is_refused(text: str) -> None:
    assert EBAY.webhook
    with pytest.raises(BadSignature):
        EBAY.webhook.verify(sdk_delivery(signature=text), SDK_KEYS)


@pytest.mark.parametrize("key", ["", "nonsense", PUBLIC_KEY[:-40]])
def test_a_key_that_is_none_verifies_nothing(key: str) -> None:
    assert EBAY.webhook
    with pytest.raises(BadSignature):
        EBAY.webhook.verify(sign(b"{}", "1"), {f"key:{KEY_ID}": key})


def test_the_address_is_challenged_by_a_hash_of_code_token_and_address() -> None:
    """Source: developer.ebay.com/marketplace-account-deletion: SHA-256 of the three in this order, in hex."""
    assert EBAY.webhook
    assert EBAY.webhook.challenge
    query = {"challenge_code": "a8628072-3d33-45ee-9004-bee86830a22d"}
    asked = Delivery(headers={}, query=query, body=b"", url=f"{URL}?challenge_code={query['challenge_code']}")
    answer = EBAY.webhook.challenge(asked, CREDENTIALS)
    wanted = sha256(f"{query['challenge_code']}{CREDENTIALS['verification_token']}{URL}".encode()).hexdigest()
    assert json.loads(answer.body) == {"challengeResponse": wanted}
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert EBAY.webhook.challenge(asked, {}).status == 400
    assert EBAY.webhook.challenge(Delivery(headers={}, query={}, body=b""), CREDENTIALS).status == 400


# ---------------------------------------------------------------- polling


@pytest.mark.parametrize(
    ("by", "page", "wanted", "offset"),
    [
        (
            WindowBy.UPDATED,
            None,
            "lastmodifieddate:[2026-11-20T08:00:00.000Z..2026-11-20T09:00:00.000Z]",
            "0",
        ),
        (WindowBy.CREATED, "3", "creationdate:[2026-11-20T08:00:00.000Z..2026-11-20T09:00:00.000Z]", "400"),
    ],
)
def test_a_window_is_asked_for(by: WindowBy, page: str | None, wanted: str, offset: str) -> None:
    assert EBAY.pull
    cursor = Cursor(since=START, until=START + timedelta(hours=1), by=by, page=page)
    request = EBAY.pull.pull_request(cursor, ACCESS)
    asked = parse_qs(urlsplit(request.path).query)
    assert (asked["filter"], asked["offset"], asked["limit"]) == ([wanted], [offset], ["200"])


def test_a_window_does_not_end_in_the_future() -> None:
    assert EBAY.pull
    request = EBAY.pull.pull_request(Cursor(since=START, until=NOW + timedelta(hours=1)), ACCESS)
    assert parse_qs(urlsplit(request.path).query)["filter"][0].endswith("..2026-11-22T08:00:00.000Z]")


def test_one_order_is_asked_for_and_read() -> None:
    assert EBAY.pull
    assert EBAY.pull.order_request
    assert EBAY.pull.parse_order
    assert EBAY.pull.order_request("14-1", ACCESS).path == "/sell/fulfillment/v1/order/14-1"
    message = EBAY.pull.parse_order(HttpAnswer(status=200, body=json.dumps(order()).encode()))
    assert message.external_updated_at == START + timedelta(minutes=10)
    assert stated_order(EBAY.parse(message, FACTS)).external_reference == "14-12345-67890"


# ---------------------------------------------------------------- stock

MUG = listing(1, 5, [("sku", "MUG-1"), ("offer_id", "36445435465")])
TEA = listing(2, 6)


def test_items_go_out_25_at_a_time_with_their_offers() -> None:
    assert EBAY.stock
    requests = EBAY.stock.stock_requests([MUG, TEA, *(listing(n, n) for n in range(3, 30))], ACCESS)
    assert [len(each.listings) for each in requests] == [25, 4]
    assert requests[0].request.path == "/sell/inventory/v1/bulk_update_price_quantity"
    assert json.loads(requests[0].request.body)["requests"][:2] == [
        {
            "sku": "MUG-1",
            "shipToLocationAvailability": {"quantity": 5},
            "offers": [{"offerId": "36445435465", "availableQuantity": 5}],
        },
        {"sku": "SKU-2", "shipToLocationAvailability": {"quantity": 6}},
    ]


def _told(*responses: dict[str, Any]) -> list[tuple[int | None, str | None, bool]]:
    assert EBAY.stock
    [request] = EBAY.stock.stock_requests([MUG, TEA], ACCESS)
    answer = HttpAnswer(status=207, body=json.dumps({"responses": responses}).encode())
    return [(each.acknowledged, each.error, each.again) for each in EBAY.stock.read_answer(request, answer)]


def test_what_it_took_is_acknowledged() -> None:
    taken = (
        {"sku": "MUG-1", "statusCode": 200},
        {"sku": "MUG-1", "offerId": "36445435465", "statusCode": 200},
        {"sku": "SKU-2", "statusCode": 200, "warnings": [{"errorId": 25401, "message": "Ignored."}]},
    )
    assert _told(*taken) == [(5, None, False), (6, None, False)]


def test_an_offer_that_was_refused_is_not_acknowledged_though_its_item_was_taken() -> None:
    refused = {
        "offerId": "36445435465",
        "statusCode": 400,
        "errors": [{"errorId": 25713, "domain": "API_INVENTORY", "message": "This Offer is not available."}],
    }
    mug, tea = _told({"sku": "MUG-1", "statusCode": 200}, refused, {"sku": "SKU-2", "statusCode": 500})
    assert mug == (None, "25713: This Offer is not available.", False)
    assert tea == (None, "status 500", True)


def test_a_listing_that_is_not_in_the_answer_comes_again() -> None:
    assert _told({"sku": "SKU-2", "statusCode": 200})[0] == (None, "not in the answer", True)


def test_what_ebay_has_is_asked() -> None:
    assert EBAY.stock
    assert EBAY.stock.observe_requests
    assert EBAY.stock.read_observed
    [request] = EBAY.stock.observe_requests([MUG, TEA], ACCESS)
    assert json.loads(request.request.body) == {"requests": [{"sku": "MUG-1"}, {"sku": "SKU-2"}]}
    said = {
        "responses": [
            {
                "statusCode": 200,
                "sku": "MUG-1",
                "inventoryItem": {"availability": {"shipToLocationAvailability": {"quantity": 3}}},
            },
            {"statusCode": 404, "sku": "SKU-2", "errors": [{"errorId": 25710, "message": "Not found."}]},
        ]
    }
    observed = EBAY.stock.read_observed(request, HttpAnswer(status=207, body=json.dumps(said).encode()))
    assert observed == {MUG.listing_id: 3}


def test_a_token_is_asked_for_and_read() -> None:
    assert EBAY.token
    request = EBAY.token.token_request(ACCESS)
    assert request.path == "/identity/v1/oauth2/token"
    assert request.headers["authorization"] == f"Basic {b64encode(b'ForebayG-orders-PRD-1:PRD-1').decode()}"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["v^1.1#i^1#r^1"],
    }
    said = b'{"access_token":"v^1.1#t2","expires_in":7200,"token_type":"User Access Token"}'
    token = EBAY.token.read_token(HttpAnswer(status=200, body=said))
    assert (token.value, token.expires_in_s) == ("v^1.1#t2", 7200)
