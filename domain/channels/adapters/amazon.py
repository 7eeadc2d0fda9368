"""Amazon, orders the merchant ships: SP-API Orders 2026-01-01, stock by Listings Items PATCH, LWA tokens.

What ships: fulfilled by MERCHANT and UNSHIPPED or PARTIALLY_SHIPPED. PENDING is not paid. Units that were
cancelled are those neither fulfilled nor unfulfilled any more. A buyer's request to cancel cancels nothing
by itself; the order then carries the tag `cancel-requested`, its programs (PRIME, PREMIUM) are tags, too.

Money is what `proceeds` break down: ITEM is the price, DISCOUNT the merchant's, TAX that of the line, of
shipping where it says so; SHIPPING, GIFT_WRAP, COD_FEE, DELIVERY_TIP and OTHER are charges beside. All add
up to `grandTotal`. What Amazon itself gives as a discount it pays to the merchant and does not state.

ORDER_CHANGE only says that something happened; the order is then fetched. Amazon delivers it to SQS or
EventBridge, neither of which signs: whatever forwards it over HTTPS (a function on the queue or the bus)
signs what it sends by Standard Webhooks, `webhook-id`, `-timestamp` and `-signature`, with the channel's
secret. The body is the notification, or EventBridge's envelope around it in `detail`.

A window may not end less than two minutes before the request, so its end is moved back and the overlap
covers it; the search allows 20 requests and then one in three minutes. Settings: `sellerId`,
`marketplaceIds` (a list), `endpoint` outside of North America.

Source: github.com/amzn/selling-partner-api-models: orders_2026-01-01.json, listingsItems_2021-08-01.json,
OrderChangeNotification.json; developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api.
Unverified: the sign of DISCOUNT (either is read as a discount), and that `merge` leaves a listing's lead
time as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from pydantic import AwareDatetime, Field

from domain.channels.adapters import generic
from domain.channels.adapters.addresses import cut, joined
from domain.channels.adapters.contract import (
    Access,
    Adapter,
    CredentialField,
    Cursor,
    Delivery,
    Facts,
    HttpAnswer,
    HttpRequest,
    Ignored,
    ListingQuantity,
    Message,
    OrderCancelled,
    OrderStated,
    OrderToFetch,
    Page,
    Parsed,
    Pull,
    Receipt,
    Stock,
    StockRequest,
    StockResult,
    Token,
    TokenFormat,
    Unreadable,
    Webhook,
    WindowBy,
    wait_by_retry_after,
)
from domain.channels.adapters.lines import ZERO, Charges, Item, raw_lines, rounded, settled, stated
from domain.channels.adapters.reading import Amount, Held, Sparse, Units, read, written
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_MAX = 100
BEFORE_NOW = timedelta(minutes=2)
_DATA = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,CANCELLATION"
_OPEN = {"UNSHIPPED", "PARTIALLY_SHIPPED"}
_WHY_NOT = {
    "PENDING": "not paid",
    "PENDING_AVAILABILITY": "not paid: a pre-order",
    "SHIPPED": "shipped already",
    "UNFULFILLABLE": "cannot be fulfilled",
}

# ---------------------------------------------------------------- what is read


class _Money(Sparse):
    amount: Amount
    currency: str = Field(alias="currencyCode")


class _Detail(Sparse):
    subtype: str = ""
    value: _Money


class _Breakdown(Sparse):
    type: str
    subtotal: _Money
    details: list[_Detail] = Field(default_factory=list[_Detail], alias="detailedBreakdowns")


class _Proceeds(Sparse):
    breakdowns: list[_Breakdown] = Field(default_factory=list[_Breakdown])


class _OrderProceeds(_Proceeds):
    grand_total: _Money | None = Field(default=None, alias="grandTotal")


class _Price(Sparse):
    unit_price: _Money | None = Field(default=None, alias="unitPrice")


class _Product(Sparse):
    asin: str | None = None
    seller_sku: str | None = Field(default=None, alias="sellerSku")
    price: _Price = _Price()


class _ItemFulfillment(Sparse):
    fulfilled: Units | None = Field(default=None, alias="quantityFulfilled")
    unfulfilled: Units | None = Field(default=None, alias="quantityUnfulfilled")


class _Cancellation(Sparse):
    request: Mapping[str, object] | None = Field(default=None, alias="cancellationRequest")


class _Item(Sparse):
    id: str = Field(alias="orderItemId")
    ordered: Units = Field(alias="quantityOrdered")
    product: _Product
    proceeds: _Proceeds = _Proceeds()
    fulfillment: _ItemFulfillment = _ItemFulfillment()
    cancellation: _Cancellation = _Cancellation()


class _Address(Sparse):
    name: str | None = None
    company: str | None = Field(default=None, alias="companyName")
    line1: str | None = Field(default=None, alias="addressLine1")
    line2: str | None = Field(default=None, alias="addressLine2")
    line3: str | None = Field(default=None, alias="addressLine3")
    city: str | None = None
    district: str | None = Field(default=None, alias="districtOrCounty")
    region: str | None = Field(default=None, alias="stateOrRegion")
    postcode: str | None = Field(default=None, alias="postalCode")
    country: str = Field(alias="countryCode")
    phone: str | None = None


class _Recipient(Sparse):
    address: _Address | None = Field(default=None, alias="deliveryAddress")


class _Window(Sparse):
    latest: AwareDatetime | None = Field(default=None, alias="latestDateTime")


class _Fulfillment(Sparse):
    status: str = Field(alias="fulfillmentStatus")
    by: str = Field(default="MERCHANT", alias="fulfilledBy")
    deliver_by: _Window = Field(default=_Window(), alias="deliverByWindow")


class _Buyer(Sparse):
    email: str | None = Field(default=None, alias="buyerEmail")


class _Order(Sparse):
    id: str = Field(alias="orderId")
    created: AwareDatetime = Field(alias="createdTime")
    updated: AwareDatetime = Field(alias="lastUpdatedTime")
    programs: list[str] = Field(default_factory=list[str])
    buyer: _Buyer = _Buyer()
    recipient: _Recipient = _Recipient()
    proceeds: _OrderProceeds = _OrderProceeds()
    fulfillment: _Fulfillment
    items: list[_Item] = Field(alias="orderItems")


class _Head(Sparse):
    id: str = Field(alias="orderId")
    updated: AwareDatetime = Field(alias="lastUpdatedTime")


class _Summary(Sparse):
    status: str = Field(alias="OrderStatus")
    fulfillment: str = Field(default="MFN", alias="FulfillmentType")


class _Change(Sparse):
    order_id: str = Field(alias="AmazonOrderId")
    summary: _Summary = Field(alias="Summary")


class _Payload(Sparse):
    change: _Change | None = Field(default=None, alias="OrderChangeNotification")


class _Metadata(Sparse):
    id: str | None = Field(default=None, alias="NotificationId")


class _Notification(Sparse):
    type: str = Field(alias="NotificationType")
    payload: _Payload = Field(alias="Payload")
    metadata: _Metadata = Field(default=_Metadata(), alias="NotificationMetadata")


class _Envelope(Sparse):
    detail: _Notification


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "order":
        return _order(read(_Order, message.body), facts)
    notification = _notification(message.body)
    change = notification.payload.change
    if change is None:
        return Ignored(why=f"{notification.type} says nothing about what to ship")
    if change.summary.fulfillment == "AFN":
        return Ignored(why="Amazon ships it")
    if change.summary.status in {"Pending", "PendingAvailability"}:
        return Ignored(why="not paid")
    return OrderToFetch(reference=change.order_id)


def _notification(body: bytes) -> _Notification:
    if b'"detail"' in body and b'"detail-type"' in body:
        return read(_Envelope, body).detail
    return read(_Notification, body)


def _order(order: _Order, facts: Facts) -> Parsed:
    status = order.fulfillment.status
    if order.fulfillment.by == "AMAZON":
        return Ignored(why="Amazon ships it")
    if status == "CANCELLED" or (status in _OPEN and not any(map(_left, order.items))):
        return OrderCancelled(reference=order.id, updated_at=order.updated, reason=_reason(order))
    if status not in _OPEN:
        return Ignored(why=_WHY_NOT.get(status, status))
    if "IN_STORE_PICK_UP" in order.programs:
        return Ignored(why="picked up at the shop, not shipped")
    return OrderStated(order=_placed(order, facts), updated_at=order.updated)


def _reason(order: _Order) -> str:
    asked = any(item.cancellation.request for item in order.items)
    return "the buyer asked for it" if asked else order.fulfillment.status.lower()


def _left(item: _Item) -> int:
    fulfilled, open_ = item.fulfillment.fulfilled, item.fulfillment.unfulfilled
    return item.ordered if fulfilled is None or open_ is None else min(item.ordered, fulfilled + open_)


def _placed(order: _Order, facts: Facts) -> RawOrder:
    if order.recipient.address is None:
        path = "recipient.deliveryAddress"
        raise Unreadable("is missing: the application needs the role that may read addresses", path=path)
    total = order.proceeds.grand_total
    currency = total.currency if total else facts.currency
    charges = _charges(order, currency)
    kept = [
        item.of(_left(read_), currency)
        for item, read_ in zip(charges.items, order.items, strict=True)
        if read_.ordered
    ]
    latest = order.fulfillment.deliver_by.latest
    return RawOrder(
        channel=facts.channel,
        external_reference=order.id,
        placed_at=order.created.isoformat(),
        currency_code=currency,
        lines=raw_lines(kept, currency),
        ship_to=_ship_to(order.recipient.address),
        customer_reference=order.buyer.email,
        promised_by=latest.isoformat() if latest else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
        tags=_tags(order),
    )


def _charges(order: _Order, currency: str) -> Charges:
    sums = [_sums(item) for item in order.items]
    tips = [each for each in order.proceeds.breakdowns if each.type == "DELIVERY_TIP"]
    charges = Charges(
        items=tuple(_item(item, sum_) for item, sum_ in zip(order.items, sums, strict=True)),
        shipping=sum((sum_.beside for sum_ in sums), _amount(tips)),
        tax=sum((sum_.tax_beside for sum_ in sums), ZERO),
    )
    total = order.proceeds.grand_total
    return settled(charges, total.amount if total else rounded(charges.total, currency), currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """What an item's breakdowns come to; what is beside the goods belongs to the whole order."""

    price: Decimal
    discount: Decimal
    tax: Decimal
    beside: Decimal
    tax_beside: Decimal


def _sums(item: _Item) -> _Sums:
    of: dict[str, list[_Breakdown]] = {}
    for breakdown in item.proceeds.breakdowns:
        of.setdefault(breakdown.type, []).append(breakdown)
    discounts, taxes = of.pop("DISCOUNT", []), of.pop("TAX", [])
    prices = of.pop("ITEM", [])
    unit = item.product.price.unit_price
    off_shipping = _of_shipping(discounts)
    return _Sums(
        price=_amount(prices) if prices or unit is None else unit.amount * item.ordered,
        discount=abs(_amount(discounts)) - off_shipping,
        tax=_amount(taxes) - _of_shipping(taxes),
        beside=sum((_amount(rest) for rest in of.values()), ZERO) - off_shipping,
        tax_beside=_of_shipping(taxes),
    )


def _amount(breakdowns: Iterable[_Breakdown]) -> Decimal:
    return sum((breakdown.subtotal.amount for breakdown in breakdowns), ZERO)


def _of_shipping(breakdowns: Iterable[_Breakdown]) -> Decimal:
    details = [each for breakdown in breakdowns for each in breakdown.details if each.subtype == "SHIPPING"]
    return sum((abs(each.value.amount) for each in details), ZERO)


def _item(item: _Item, sums: _Sums) -> Item:
    return Item(
        sku=item.product.seller_sku or f"asin:{item.product.asin}",
        quantity=max(item.ordered, 1),
        price=sums.price,
        merchant_discount=sums.discount,
        tax=sums.tax,
    )


def _tags(order: _Order) -> tuple[str, ...]:
    asked = any(item.cancellation.request for item in order.items)
    return tuple(sorted({*order.programs, *(("cancel-requested",) if asked else ())}))


def _ship_to(address: _Address) -> RawShipTo:
    return RawShipTo(
        country_code=address.country.upper(),
        name=cut(joined((address.name, address.company)), 200),
        line1=cut(address.line1, 200),
        line2=cut(joined((address.line2, address.line3, address.district)), 200),
        city=cut(address.city, 100),
        region=cut(address.region, 100),
        postcode=cut(address.postcode, 20),
        phone=cut(address.phone, 50),
    )


# ---------------------------------------------------------------- notifications


def _messages(delivery: Delivery) -> Sequence[Message]:
    notification = _notification(delivery.body)
    change = notification.payload.change
    return [
        Message(
            topic=notification.type,
            body=delivery.body,
            delivery_id=notification.metadata.id or delivery.headers.get("webhook-id"),
            reference=change.order_id if change else None,
        )
    ]


def _answer(receipt: Receipt) -> HttpAnswer:
    statuses = {Receipt.REFUSED: 401, Receipt.UNREADABLE: 400, Receipt.NOT_NOW: 503}
    return HttpAnswer(status=statuses.get(receipt, 200))


# ---------------------------------------------------------------- polling


def _headers(access: Access) -> dict[str, str]:
    return {
        "x-amz-access-token": access.token or "",
        "content-type": "application/json",
        "accept": "application/json",
    }


def _marketplaces(access: Access) -> str:
    return ",".join(access.settings.get("marketplaceIds", ()))


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    field = "lastUpdated" if cursor.by is WindowBy.UPDATED else "created"
    before, _, token = (cursor.page or "").partition(" ")
    query = {
        "marketplaceIds": _marketplaces(access),
        f"{field}After": _utc(cursor.since),
        f"{field}Before": before or _utc(_end(cursor, access)),
        "fulfilledBy": "MERCHANT",
        "maxResultsPerPage": str(PAGE_MAX),
        "includedData": _DATA,
    }
    if token:
        query["paginationToken"] = token
    return HttpRequest(
        method="GET", path=f"/orders/2026-01-01/orders?{urlencode(query)}", headers=_headers(access)
    )


def _end(cursor: Cursor, access: Access) -> datetime:
    return max(cursor.since, min(cursor.until, access.now - BEFORE_NOW))


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Pagination(Sparse):
    next_token: str | None = Field(default=None, alias="nextToken")


class _Orders(Sparse):
    orders: list[dict[str, object]]
    pagination: _Pagination = _Pagination()
    updated_before: AwareDatetime | None = Field(default=None, alias="lastUpdatedBefore")
    created_before: AwareDatetime | None = Field(default=None, alias="createdBefore")


class _One(Sparse):
    order: dict[str, object]


def _message(order: Mapping[str, object]) -> Message:
    body = written(order)
    head = read(_Head, body)
    return Message(topic="order", body=body, reference=head.id, external_updated_at=head.updated)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    said = read(_Orders, answer.body)
    return Page(messages=[_message(order) for order in said.orders], next_page=_next(cursor, said))


def _next(cursor: Cursor, said: _Orders) -> str | None:
    """The token, and the end of the window: further pages must be asked for with the same."""
    if said.pagination.next_token is None:
        return None
    before = (said.updated_before if cursor.by is WindowBy.UPDATED else said.created_before) or cursor.until
    return f"{_utc(before)} {said.pagination.next_token}"


def _order_request(reference: str, access: Access) -> HttpRequest:
    path = f"/orders/2026-01-01/orders/{quote(reference, safe='')}?{urlencode({'includedData': _DATA})}"
    return HttpRequest(method="GET", path=path, headers=_headers(access))


def _parse_order(answer: HttpAnswer) -> Message:
    return _message(read(_One, answer.body).order)


# ---------------------------------------------------------------- stock


def _sku(listing: ListingQuantity) -> str:
    return listing.external_ids.get("seller_sku") or listing.sku


def _listing_path(listing: ListingQuantity, query: Mapping[str, str], access: Access) -> str:
    seller = quote(str(access.settings.get("sellerId", "")), safe="")
    marketplaces = listing.external_ids.get("marketplace_id") or _marketplaces(access)
    asked = urlencode({"marketplaceIds": marketplaces, **query})
    return f"/listings/2021-08-01/items/{seller}/{quote(_sku(listing), safe='')}?{asked}"


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [StockRequest(request=_patch(listing, access), listings=[listing]) for listing in listings]


def _patch(listing: ListingQuantity, access: Access) -> HttpRequest:
    available = {"fulfillment_channel_code": "DEFAULT", "quantity": listing.quantity}
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [available]}
    body = {"productType": listing.external_ids.get("product_type", "PRODUCT"), "patches": [patch]}
    return HttpRequest(
        method="PATCH",
        path=_listing_path(listing, {}, access),
        headers=_headers(access),
        body=orjson.dumps(body),
    )


class _Issue(Sparse):
    code: str
    message: str
    severity: str


class _Submission(Sparse):
    status: str
    issues: list[_Issue] = Field(default_factory=list[_Issue])


def _read_answer(asked: StockRequest, answer: HttpAnswer) -> Sequence[StockResult]:
    said = read(_Submission, answer.body)
    [listing] = asked.listings
    if said.status == "ACCEPTED":
        return [StockResult(listing_id=listing.listing_id, acknowledged=listing.quantity)]
    errors = [f"{issue.code}: {issue.message}" for issue in said.issues if issue.severity == "ERROR"]
    return [StockResult(listing_id=listing.listing_id, error="; ".join(errors) or said.status)]


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    query = {"includedData": "fulfillmentAvailability"}
    return [
        StockRequest(
            request=HttpRequest(
                method="GET", path=_listing_path(listing, query, access), headers=_headers(access)
            ),
            listings=[listing],
        )
        for listing in listings
    ]


class _Availability(Sparse):
    channel: str = Field(alias="fulfillmentChannelCode")
    quantity: Held | None = None


class _Listing(Sparse):
    sku: str
    availability: list[_Availability] = Field(
        default_factory=list[_Availability], alias="fulfillmentAvailability"
    )


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    [listing] = asked.listings
    own = [each for each in read(_Listing, answer.body).availability if each.channel == "DEFAULT"]
    if not own or own[0].quantity is None:
        return {}
    return {listing.listing_id: own[0].quantity}


# ---------------------------------------------------------------- access and limits


def _token_request(access: Access) -> HttpRequest:
    names = ("refresh_token", "client_id", "client_secret")
    asked = {"grant_type": "refresh_token", **{name: access.credentials[name] for name in names}}
    return HttpRequest(
        method="POST",
        path="/auth/o2/token",
        headers={"content-type": "application/x-www-form-urlencoded;charset=UTF-8"},
        body=urlencode(asked).encode(),
    )


class _TokenAnswer(Sparse):
    access_token: str
    expires_in: float


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    return Token(value=said.access_token, expires_in_s=said.expires_in)


def _wait_s(answer: HttpAnswer) -> float | None:
    """After a 429, as long as the stated rate takes to allow one request more."""
    said = wait_by_retry_after(answer)
    if said is not None or answer.status != 429:
        return said
    try:
        rate = float(answer.headers.get("x-amzn-ratelimit-limit", ""))
    except ValueError:
        return None
    return 1 / rate if rate > 0 else None


AMAZON = Adapter(
    platform="amazon",
    name="Amazon (shipped by the merchant)",
    parse=_parse,
    endpoint="https://sellingpartnerapi-na.amazon.com",
    credentials=(
        CredentialField(name="client_id", description="The application's LWA client ID."),
        CredentialField(name="client_secret", description="The application's LWA client secret."),
        CredentialField(name="refresh_token", description="What the seller's authorization gave."),
        CredentialField(
            name="secret",
            description="What forwarded notifications are signed with: whsec_ and base64.",
            required=False,
        ),
        CredentialField(
            name="previous_secret", description="The one before, while both are in use.", required=False
        ),
    ),
    webhook=Webhook(verify=generic.verify, messages=_messages, answer=_answer, answer_within_s=5),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=300,
        overlap_s=600,
        window_max_s=30 * 86_400,
        order_request=_order_request,
        parse_order=_parse_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_answer,
        batch_max=1,
        per_second=5,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
        unknown_status=404,
    ),
    token=TokenFormat(
        token_request=_token_request, read_token=_read_token, endpoint="https://api.amazon.com"
    ),
    wait_s=_wait_s,
)
