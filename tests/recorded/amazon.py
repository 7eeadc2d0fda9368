"""Amazon: orders of the 2026-01-01 model, pages of the search, ORDER_CHANGE as a forwarder signs it."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook

from domain.channels.adapters.amazon import AMAZON
from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from tests.recorded.shape import Recorded

FACTS = Facts(channel="amazon-us", currency="USD", timezone="America/Los_Angeles")
CREDENTIALS = {
    "client_id": "amzn1.application-oa2-client.1",
    "client_secret": "amzn1.oa2-cs.v1.1",
    "refresh_token": "Atzr|1",
    "secret": "whsec_YW1hem9uIHNpZ25zIG5vdGhpbmc=",
}
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def breakdown(type_: str, amount: str, currency: str = "USD", **details: str) -> dict[str, Any]:
    stated: dict[str, Any] = {"type": type_, "subtotal": money(amount, currency)}
    if details:
        stated["detailedBreakdowns"] = [
            {"subtype": subtype, "value": money(value, currency)} for subtype, value in details.items()
        ]
    return stated


def item(sku: str, quantity: int, *breakdowns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "orderItemId": f"9{sum(sku.encode()):012}",
        "quantityOrdered": quantity,
        "product": {
            "asin": "B0CXYZ1234",
            "title": "Mug, blue",
            "sellerSku": sku,
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
            "price": {"unitPrice": money("14.99")},
        },
        "proceeds": {"proceedsTotal": money("0.00"), "breakdowns": list(breakdowns)},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
        **more,
    }


_ADDRESS = {
    "name": "Rosa Diaz",
    "companyName": "Diaz Studio",
    "addressLine1": "1200 Pine St",
    "addressLine2": "Apt 5",
    "addressLine3": "",
    "city": "Seattle",
    "stateOrRegion": "WA",
    "postalCode": "98101-1822",
    "countryCode": "US",
    "phone": "+1 206-555-0147 ext. 00412",
    "addressType": "RESIDENTIAL",
}


def order(**more: Any) -> dict[str, Any]:
    """Two mugs with a discount and shipping that is taxed, and a tin of tea."""
    stated = {
        "orderId": "114-1234567-7654321",
        "orderAliases": [{"aliasId": "S-1", "aliasType": "SELLER_ORDER_ID"}],
        "createdTime": "2026-11-20T08:00:00Z",
        "lastUpdatedTime": "2026-11-20T08:30:00Z",
        "programs": ["PRIME"],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": "ATVPDKIKX0DER",
            "marketplaceName": "Amazon.com",
        },
        "buyer": {"buyerName": "Rosa Diaz", "buyerEmail": "x1y2z3@marketplace.amazon.com"},
        "recipient": {"deliveryAddress": deepcopy(_ADDRESS)},
        "proceeds": {
            "grandTotal": money("46.14"),
            "breakdowns": [
                breakdown("ITEM", "37.97"),
                breakdown("SHIPPING", "7.50"),
                breakdown("DISCOUNT", "-3.00"),
                breakdown("TAX", "3.67"),
            ],
        },
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
            "shipByWindow": {
                "earliestDateTime": "2026-11-20T08:00:00Z",
                "latestDateTime": "2026-11-23T07:59:59Z",
            },
            "deliverByWindow": {
                "earliestDateTime": "2026-11-24T08:00:00Z",
                "latestDateTime": "2026-11-28T07:59:59Z",
            },
        },
        "orderItems": [
            item(
                "MUG-1",
                2,
                breakdown("ITEM", "29.98"),
                breakdown("SHIPPING", "7.50"),
                breakdown("DISCOUNT", "-3.00", ITEM="-2.00", SHIPPING="-1.00"),
                breakdown("TAX", "3.03", ITEM="2.50", SHIPPING="0.53"),
            ),
            item("TEA-2", 1, breakdown("ITEM", "7.99"), breakdown("TAX", "0.64", ITEM="0.64")),
        ],
    }
    return {**stated, **more}


def order_of(*items: dict[str, Any], total: str, currency: str = "USD", **more: Any) -> dict[str, Any]:
    return order(orderItems=list(items), proceeds={"grandTotal": money(total, currency)}, **more)


def fulfilled(status: str, by: str = "MERCHANT") -> dict[str, Any]:
    return {"fulfillmentStatus": status, "fulfilledBy": by}


def notification(reference: str, minute: int, **summary: Any) -> dict[str, Any]:
    at = (START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "NotificationVersion": "1.0",
        "NotificationType": "ORDER_CHANGE",
        "PayloadVersion": "1.0",
        "EventTime": at,
        "Payload": {
            "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel",
                "SellerId": "A3TH9S8BH6GOGM",
                "AmazonOrderId": reference,
                "OrderChangeType": "OrderStatusChange",
                "OrderChangeTrigger": {"TimeOfOrderChange": at, "ChangeReason": "Status Change"},
                "Summary": {
                    "MarketplaceId": "ATVPDKIKX0DER",
                    "OrderStatus": "Unshipped",
                    "PurchaseDate": "2026-11-20T08:00:00.000Z",
                    "DestinationPostalCode": "98101",
                    "FulfillmentType": "MFN",
                    "OrderType": "StandardOrder",
                    "NumberOfItemsShipped": 0,
                    "NumberOfItemsUnshipped": 3,
                    "OrderPrograms": ["Prime"],
                    "OrderItems": [
                        {
                            "OrderItemId": "9000000000390",
                            "SellerSKU": "MUG-1",
                            "Quantity": 2,
                            "QuantityShipped": 0,
                        }
                    ],
                    **summary,
                },
            }
        },
        "NotificationMetadata": {
            "ApplicationId": "amzn1.sp.solution.1",
            "SubscriptionId": "5a9d1c6e-94b4-4c6f-8a6e-7a1d0a3b9a10",
            "PublishTime": at,
            "NotificationId": f"note-{reference}-{minute}",
        },
    }


def enveloped(detail: dict[str, Any]) -> dict[str, Any]:
    """The same as EventBridge hands it on."""
    return {
        "version": "0",
        "id": "b8d1a0f6-6a0c-7d3e-2b5c-0f9e8d7c6b5a",
        "detail-type": "ORDER_CHANGE",
        "source": "aws.partner/sellingpartnerapi.amazon.com/123456789012/amzn1.sp.solution.1",
        "account": "123456789012",
        "time": "2026-11-20T08:00:02Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }


def _order_body(reference: str, minute: int) -> bytes:
    return json.dumps(notification(reference, minute)).encode()


def _cancel_body(reference: str, minute: int) -> bytes:
    return json.dumps(notification(reference, minute, OrderStatus="Canceled")).encode()


def sign(body: bytes, delivery_id: str) -> Delivery:
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(CREDENTIALS["secret"]).sign(delivery_id, now, body.decode()),
    }
    return Delivery(headers=headers, query={}, body=body, received_at=now)


_END = START + timedelta(days=1)
_MARK = "2026-11-21T08:00:00Z 2YgYW55IGNhcm5hbCBwbGVhc3VyZS4="

RECORDED = Recorded(
    adapter=AMAZON,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=_order_body,
    cancel_body=_cancel_body,
    sign=sign,
    pages=(
        (
            Cursor(since=START, until=_END),
            HttpAnswer(
                status=200,
                headers={"x-amzn-ratelimit-limit": "0.0056"},
                body=json.dumps(
                    {
                        "orders": [order(), order(orderId="114-2", fulfillment=fulfilled("PENDING"))],
                        "pagination": {"nextToken": "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4="},
                        "lastUpdatedBefore": "2026-11-21T08:00:00Z",
                    }
                ).encode(),
            ),
        ),
        (
            Cursor(since=START, until=_END, page=_MARK),
            HttpAnswer(status=200, body=json.dumps({"orders": [order(orderId="114-3")]}).encode()),
        ),
    ),
)
