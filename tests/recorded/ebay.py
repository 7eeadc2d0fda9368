"""eBay: orders of the Fulfillment API, pages of them, and notifications signed with a key of our own."""

import json
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.ebay import EBAY
from tests.recorded.shape import Recorded

FACTS = Facts(channel="ebay-us", currency="USD", timezone="America/New_York")
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
KEY_ID = "0c2ea1b7-5f39-4f0e-9a3d-6f6b1f0a7c11"
_PRIVATE = ec.derive_private_key(0x20261120, ec.SECP256R1())
_DER = _PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_KEY = f"-----BEGIN PUBLIC KEY-----{b64encode(_DER).decode()}-----END PUBLIC KEY-----"
CREDENTIALS = {
    "client_id": "ForebayG-orders-PRD-1",
    "client_secret": "PRD-1",
    "refresh_token": "v^1.1#i^1#r^1",
    "verification_token": "forebay-verification-token-0123456789",
    f"key:{KEY_ID}": PUBLIC_KEY,
}
URL = "https://forebay.example/channels/ebay-us/webhook"


def money(value: str, currency: str = "USD") -> dict[str, str]:
    return {"value": value, "currency": currency}


def line(sku: str, quantity: int, cost: str, *, left: str | None = None, **more: Any) -> dict[str, Any]:
    stated = {
        "lineItemId": f"100{sum(sku.encode())}",
        "legacyItemId": "254812345678",
        "legacyVariationId": "554812345678",
        "sku": sku,
        "title": "Mug, blue",
        "quantity": quantity,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": "EBAY_US",
        "purchaseMarketplaceId": "EBAY_US",
        "lineItemCost": money(cost),
        "lineItemFulfillmentStatus": "NOT_STARTED",
        "lineItemFulfillmentInstructions": {"shipByDate": "2026-11-24T07:59:59.000Z"},
        "appliedPromotions": [],
        "taxes": [],
        "refunds": [],
        "properties": {"buyerProtection": True},
    }
    if left is not None:
        stated["discountedLineItemCost"] = money(left)
    return {**stated, **more}


def taxed(*amounts: str, kind: str = "STATE_SALES_TAX") -> dict[str, Any]:
    """Taxes that are part of the total, which eBay collects and remits."""
    taxes = [{"amount": money(each), "taxType": kind} for each in amounts]
    return {
        "taxes": taxes,
        "ebayCollectAndRemitTaxes": [{**each, "collectionMethod": "NET"} for each in taxes],
    }


_CONTACT: dict[str, Any] = {
    "fullName": "Noah Reed",
    "contactAddress": {
        "addressLine1": "77 Bleecker St",
        "addressLine2": "Apt 4C",
        "city": "New York",
        "stateOrProvince": "NY",
        "postalCode": "10012",
        "countryCode": "US",
    },
    "primaryPhone": {"phoneNumber": "2125550183"},
    "email": "4f1c2@members.ebay.com",
}


def instruction(kind: str = "SHIP_TO", **step: Any) -> dict[str, Any]:
    return {
        "fulfillmentInstructionsType": kind,
        "minEstimatedDeliveryDate": "2026-11-25T08:00:00.000Z",
        "maxEstimatedDeliveryDate": "2026-11-28T08:00:00.000Z",
        "ebaySupportedFulfillment": False,
        "shippingStep": {
            "shipTo": deepcopy(_CONTACT),
            "shippingServiceCode": "USPSParcel",
            "shippingCarrierCode": "USPS",
            **step,
        },
    }


def pricing(total: str, subtotal: str, **more: str) -> dict[str, Any]:
    stated = {"total": total, "priceSubtotal": subtotal, **more}
    return {name: money(value) for name, value in stated.items()}


def order(**more: Any) -> dict[str, Any]:
    """Two mugs, discounted and taxed, a tin of tea, delivery with a discount of its own."""
    stated = {
        "orderId": "14-12345-67890",
        "legacyOrderId": "254812345678-2712345678",
        "creationDate": "2026-11-20T08:00:00.000Z",
        "lastModifiedDate": "2026-11-20T08:10:00.000Z",
        "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "sellerId": "forebay_goods",
        "buyer": {"username": "noah_r", "taxAddress": {"countryCode": "US"}},
        "pricingSummary": pricing(
            "39.80",
            "34.00",
            priceDiscount="-3.00",
            deliveryCost="8.00",
            deliveryDiscount="-2.00",
            tax="2.80",
        ),
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "paymentSummary": {
            "totalDueSeller": money("39.80"),
            "refunds": [],
            "payments": [{"paymentMethod": "EBAY", "paymentStatus": "PAID", "amount": money("39.80")}],
        },
        "fulfillmentStartInstructions": [instruction()],
        "fulfillmentHrefs": [],
        "lineItems": [
            line("MUG-1", 2, "25.00", left="22.00", **taxed("1.95")),
            line("TEA-2", 1, "9.00", **taxed("0.85")),
        ],
        "ebayCollectAndRemitTax": True,
        "salesRecordReference": "87",
    }
    return {**stated, **more}


def notification(topic: str, data: dict[str, Any], notification_id: str = "49feeaeb_1") -> dict[str, Any]:
    return {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": notification_id,
            "eventDate": "2026-11-20T08:00:01.000Z",
            "publishDate": "2026-11-20T08:00:02.000Z",
            "publishAttemptCount": 1,
            "data": data,
        },
    }


def _order_body(reference: str, minute: int) -> bytes:
    data = {"userId": "ma8vp1jySJC", "order": {"orderId": reference, "lineItemId": "10071234567890"}}
    return json.dumps(notification("ORDER_CONFIRMATION", data, f"note-{reference}-{minute}")).encode()


def header(signature: bytes, /, **more: str) -> str:
    stated = {"alg": "ecdsa", "kid": KEY_ID, "signature": b64encode(signature).decode(), "digest": "SHA1"}
    return b64encode(json.dumps({**stated, **more}).encode()).decode()


def sign(body: bytes, _delivery_id: str) -> Delivery:
    signature = _PRIVATE.sign(body, ec.ECDSA(hashes.SHA1()))
    return Delivery(
        headers={"content-type": "application/json", "x-ebay-signature": header(signature)},
        query={},
        body=body,
        url=URL,
        received_at=START,
    )


def _page(page: str | None, *ids: str) -> tuple[Cursor, HttpAnswer]:
    said = {
        "href": "https://api.ebay.com/sell/fulfillment/v1/order?limit=200&offset=0",
        "total": 450,
        "limit": 200,
        "offset": 0,
        "orders": [order(orderId=each) for each in ids],
    }
    return (
        Cursor(since=START, until=START + timedelta(days=1), page=page),
        HttpAnswer(status=200, body=json.dumps(said).encode()),
    )


RECORDED = Recorded(
    adapter=EBAY,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=_order_body,
    sign=sign,
    pages=(_page(None, "1"), _page("3", "3"), _page("2", "2"), _page("1", "1")),
)
