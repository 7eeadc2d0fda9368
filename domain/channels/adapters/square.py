"""A point of sale: Square's Orders and Inventory APIs, with webhooks that say which order changed.

What is sold over the counter has left the shop, so it is an order for the shop's own address, tagged
`over-the-counter` and URGENT: its units are gone from the shelf. Where a shop stands, the setting
`locations` says: a map of location id to `{"country": "US", "line1": .., "city": .., "postcode": ..}`.
Orders to be picked up are the same with the tag `pickup`. A SHIPMENT or DELIVERY fulfilment goes to its
recipient once it is paid (nothing due); lines that are not part of it were carried home and stay outside,
as do gift cards and custom amounts. Returns are orders of their own and are ignored. Quantities that are
not whole, such as weights, cannot be read.

An order names variations of Square's catalogue (`catalog_object_id`), not SKUs, unless the line's metadata
has `sku`; the channel's map of SKUs translates them. Money is in minor units. What taxes are included
in a price follows from the line's total and is taken out. Service charges, tips and cash rounding are
charges beside; all adds up to `total_money`.

Stock is a physical count of a variation at a location (`location_id`, or the setting `locationId`). The
setting `locationIds` says which locations are polled, at most 10, which is Square's limit.

Source: github.com/square/connect-api-specification (api.json); developer.squareup.com/docs/orders-api,
/docs/inventory-api, /docs/webhooks/step3validate; signature vectors of github.com/square/square-python-sdk.
Unverified: `location_ids` of more than 10 (the reference says 10), and Square's rate limits, which it does
not publish.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from pydantic import AwareDatetime, Field

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
    Unreadable,
    Webhook,
    WindowBy,
)
from domain.channels.adapters.lines import ZERO, Charges, Item, raw_lines, settled, stated
from domain.channels.adapters.parts import parts
from domain.channels.adapters.reading import HeldAmount, Sparse, from_minor, read, written
from domain.channels.adapters.signing import require_hmac
from domain.channels.raw_order import RawOrder, RawShipTo

API_VERSION = "2026-08-19"
PAGE_MAX = 500
BATCH_MAX = 100
_SENT = {"SHIPMENT", "DELIVERY"}
_CALLED_OFF = {"CANCELED", "FAILED"}

# ---------------------------------------------------------------- what is read


class _Money(Sparse):
    amount: int = Field(ge=-(10**15), le=10**15)
    currency: str

    @property
    def decimal(self) -> Decimal:
        return Decimal(from_minor(self.amount, self.currency))


class _Line(Sparse):
    uid: str
    quantity: Decimal = Field(ge=0, le=1_000_000)
    name: str = ""
    item_type: str = "ITEM"
    catalog_object_id: str | None = None
    metadata: Mapping[str, str] = Field(default_factory=dict[str, str])
    gross_sales_money: _Money
    total_money: _Money
    total_discount_money: _Money | None = None
    total_tax_money: _Money | None = None
    total_service_charge_money: _Money | None = None


class _ServiceCharge(Sparse):
    total_money: _Money | None = None
    total_tax_money: _Money | None = None
    treatment_type: str = "LINE_ITEM_TREATMENT"


class _Address(Sparse):
    address_line_1: str | None = None
    address_line_2: str | None = None
    address_line_3: str | None = None
    locality: str | None = None
    administrative_district_level_1: str | None = None
    postal_code: str | None = None
    country: str | None = None


class _Recipient(Sparse):
    display_name: str | None = None
    phone_number: str | None = None
    address: _Address | None = None


class _Details(Sparse):
    recipient: _Recipient = _Recipient()
    deliver_at: AwareDatetime | None = None
    pickup_at: AwareDatetime | None = None


class _Entry(Sparse):
    line_item_uid: str


class _Fulfillment(Sparse):
    type: str
    state: str = "PROPOSED"
    line_item_application: str = "ALL"
    entries: list[_Entry] = Field(default_factory=list[_Entry])
    shipment_details: _Details | None = None
    delivery_details: _Details | None = None
    pickup_details: _Details | None = None

    @property
    def details(self) -> _Details:
        return self.shipment_details or self.delivery_details or self.pickup_details or _Details()

    def has(self, line: _Line) -> bool:
        listed = {entry.line_item_uid for entry in self.entries}
        return self.line_item_application != "ENTRY_LIST" or line.uid in listed


class _Tender(Sparse):
    amount_money: _Money | None = None


class _Rounding(Sparse):
    amount_money: _Money | None = None


class _Order(Sparse):
    id: str
    location_id: str
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    state: str = "OPEN"
    customer_id: str | None = None
    line_items: list[_Line] = Field(default_factory=list[_Line])
    service_charges: list[_ServiceCharge] = Field(default_factory=list[_ServiceCharge])
    fulfillments: list[_Fulfillment] = Field(default_factory=list[_Fulfillment])
    tenders: list[_Tender] = Field(default_factory=list[_Tender])
    rounding_adjustment: _Rounding = _Rounding()
    total_money: _Money
    total_tip_money: _Money | None = None
    net_amount_due_money: _Money | None = None

    @property
    def is_paid(self) -> bool:
        if self.state == "COMPLETED":
            return True
        if self.net_amount_due_money is not None:
            return self.net_amount_due_money.amount <= 0
        return sum(_minor(tender.amount_money) for tender in self.tenders) >= self.total_money.amount


class _Head(Sparse):
    id: str
    updated_at: AwareDatetime | None = None


class _EventData(Sparse):
    id: str = ""
    object: Mapping[str, Any] = Field(default_factory=dict[str, Any])


class _Event(Sparse):
    type: str
    event_id: str
    data: _EventData = _EventData()


class _Place(Sparse):
    """A shop's address, as the setting `locations` says it."""

    country: str
    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "order":
        return _order(read(_Order, message.body), facts)
    event = read(_Event, message.body)
    reference = _reference(event)
    if reference is None:
        return Ignored(why=f"{event.type} says nothing about what to ship")
    return OrderToFetch(reference=reference)


def _reference(event: _Event) -> str | None:
    """`data.object` holds one object, named by the event: order_created, order_updated ..."""
    if not event.type.startswith("order."):
        return None
    ids = [each.get("order_id") for each in event.data.object.values() if isinstance(each, dict)]
    return next((each for each in ids if isinstance(each, str)), None)


def _order(order: _Order, facts: Facts) -> Parsed:
    if order.state == "CANCELED" or _is_called_off(order):
        return OrderCancelled(reference=order.id, updated_at=order.updated_at, reason="cancelled")
    why_not = _why_not(order)
    if why_not:
        return Ignored(why=why_not)
    return OrderStated(order=_placed(order, facts), updated_at=order.updated_at)


def _is_called_off(order: _Order) -> bool:
    return bool(order.fulfillments) and all(each.state in _CALLED_OFF for each in order.fulfillments)


def _why_not(order: _Order) -> str | None:
    if order.state == "DRAFT":
        return "a draft"
    if not order.is_paid:
        return "not paid"
    sent = _sent(order)
    if sent and sent.state == "COMPLETED":
        return "fulfilled already"
    if not any(_is_goods(line) for line in order.line_items):
        return "nothing in it leaves the shop"
    return None


def _sent(order: _Order) -> _Fulfillment | None:
    going = [each for each in order.fulfillments if each.state not in _CALLED_OFF]
    return next((each for each in going if each.type in _SENT), None)


def _is_goods(line: _Line) -> bool:
    return line.item_type == "ITEM" and line.quantity > 0


def _placed(order: _Order, facts: Facts) -> RawOrder:
    currency = order.total_money.currency
    sent = _sent(order)
    charges = settled(_charges(order, sent), order.total_money.decimal, currency)
    fulfilment = sent or (order.fulfillments[0] if order.fulfillments else None)
    due = (fulfilment.details.deliver_at or fulfilment.details.pickup_at) if fulfilment else None
    return RawOrder(
        channel=facts.channel,
        external_reference=order.id,
        placed_at=order.created_at.isoformat(),
        currency_code=currency,
        lines=raw_lines(charges.items, currency),
        ship_to=_recipient(sent) if sent else _shop(order, facts),
        customer_reference=order.customer_id,
        priority=None if sent else "URGENT",
        promised_by=due.isoformat() if due else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
        tags=() if sent else ("pickup" if order.fulfillments else "over-the-counter",),
    )


def _charges(order: _Order, sent: _Fulfillment | None) -> Charges:
    beside = [each for each in order.service_charges if each.treatment_type != "APPORTIONED_TREATMENT"]
    service_tax = _sum(each.total_tax_money for each in beside)
    service = _sum(each.total_money for each in beside) - service_tax
    of_lines = _sum(line.total_service_charge_money for line in order.line_items)
    more = [order.total_tip_money, order.rounding_adjustment.amount_money]
    return Charges(
        items=tuple(_item(line, sent, f"line_items[{at}]") for at, line in enumerate(order.line_items)),
        shipping=service + of_lines + _sum(more),
        tax=service_tax,
    )


def _item(line: _Line, sent: _Fulfillment | None, path: str) -> Item:
    goods = _is_goods(line)
    if goods and line.quantity != int(line.quantity):
        raise Unreadable("is not a whole number of units", path=f"{path}.quantity")
    gross, total = line.gross_sales_money.decimal, line.total_money.decimal
    discount, tax = _sum([line.total_discount_money]), _sum([line.total_tax_money])
    included = gross - discount + tax + _sum([line.total_service_charge_money]) - total
    return Item(
        sku=line.metadata.get("sku") or line.catalog_object_id or f"item:{line.name}",
        quantity=max(int(line.quantity), 1),
        price=gross - included,
        merchant_discount=discount,
        tax=tax,
        ships=goods and (sent is None or sent.has(line)),
    )


def _sum(amounts: Iterable[_Money | None]) -> Decimal:
    return sum((money.decimal for money in amounts if money), ZERO)


def _minor(money: _Money | None) -> int:
    return money.amount if money else 0


def _recipient(sent: _Fulfillment) -> RawShipTo:
    to = sent.details.recipient
    if to.address is None or not to.address.country:
        raise Unreadable("has no address with a country", path="fulfillments[0].recipient")
    address = to.address
    return RawShipTo(
        country_code=(address.country or "").upper(),
        name=cut(to.display_name, 200),
        line1=cut(address.address_line_1, 200),
        line2=cut(joined((address.address_line_2, address.address_line_3)), 200),
        city=cut(address.locality, 100),
        region=cut(address.administrative_district_level_1, 100),
        postcode=cut(address.postal_code, 20),
        phone=cut(to.phone_number, 50),
    )


def _shop(order: _Order, facts: Facts) -> RawShipTo:
    known = facts.settings.get("locations", {}).get(order.location_id)
    if known is None:
        path = "location_id"
        raise Unreadable(f"{order.location_id} is not in the channel's setting `locations`", path=path)
    place = read(_Place, orjson.dumps(known))
    return RawShipTo(
        country_code=place.country.upper(),
        name=place.name,
        line1=place.line1,
        line2=place.line2,
        city=place.city,
        region=place.region,
        postcode=place.postcode,
    )


# ---------------------------------------------------------------- webhooks


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    signature = delivery.headers.get("x-square-hmacsha256-signature")
    require_hmac(credentials, "signature_key", delivery.url.encode() + delivery.body, signature)


def _messages(delivery: Delivery) -> Sequence[Message]:
    event = read(_Event, delivery.body)
    return [
        Message(
            topic=event.type,
            body=delivery.body,
            delivery_id=event.event_id,
            reference=_reference(event),
        )
    ]


def _answer(receipt: Receipt) -> HttpAnswer:
    statuses = {Receipt.REFUSED: 401, Receipt.UNREADABLE: 400, Receipt.NOT_NOW: 503}
    return HttpAnswer(status=statuses.get(receipt, 200))


# ---------------------------------------------------------------- polling


def _headers(access: Access) -> dict[str, str]:
    return {
        "authorization": f"Bearer {access.credentials['access_token']}",
        "square-version": str(access.settings.get("apiVersion", API_VERSION)),
        "content-type": "application/json",
        "accept": "application/json",
    }


def _post(path: str, body: Mapping[str, object], access: Access) -> HttpRequest:
    return HttpRequest(method="POST", path=path, headers=_headers(access), body=orjson.dumps(body))


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    field = "updated_at" if cursor.by is WindowBy.UPDATED else "created_at"
    window = {"start_at": cursor.since.isoformat(), "end_at": cursor.until.isoformat()}
    body: dict[str, object] = {
        "location_ids": list(access.settings.get("locationIds", ())),
        "limit": PAGE_MAX,
        "query": {
            "filter": {"date_time_filter": {field: window}},
            "sort": {"sort_field": field.upper(), "sort_order": "ASC"},
        },
    }
    if cursor.page is not None:
        body["cursor"] = cursor.page
    return _post("/v2/orders/search", body, access)


class _Orders(Sparse):
    orders: list[dict[str, object]] = Field(default_factory=list[dict[str, object]])
    cursor: str | None = None


class _One(Sparse):
    order: dict[str, object]


def _message(order: Mapping[str, object]) -> Message:
    body = written(order)
    head = read(_Head, body)
    return Message(topic="order", body=body, reference=head.id, external_updated_at=head.updated_at)


def _parse_page(_cursor: Cursor, answer: HttpAnswer) -> Page:
    said = read(_Orders, answer.body)
    return Page(messages=[_message(order) for order in said.orders], next_page=said.cursor or None)


def _order_request(reference: str, access: Access) -> HttpRequest:
    return HttpRequest(method="GET", path=f"/v2/orders/{quote(reference, safe='')}", headers=_headers(access))


def _parse_order(answer: HttpAnswer) -> Message:
    return _message(read(_One, answer.body).order)


# ---------------------------------------------------------------- stock


def _variation(listing: ListingQuantity) -> str:
    return listing.external_ids.get("catalog_object_id") or listing.sku


def _location(listing: ListingQuantity, settings: Mapping[str, Any]) -> str:
    return listing.external_ids.get("location_id") or str(settings.get("locationId", ""))


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(request=_counted(batch, access), listings=batch)
        for location in _by_location(listings, access).values()
        for batch in parts(location, BATCH_MAX)
    ]


def _by_location(listings: Sequence[ListingQuantity], access: Access) -> dict[str, list[ListingQuantity]]:
    """One location a request, so that an answer's counts can be told apart by variation."""
    by_location: dict[str, list[ListingQuantity]] = {}
    for listing in listings:
        by_location.setdefault(_location(listing, access.settings), []).append(listing)
    return by_location


def _counted(batch: Sequence[ListingQuantity], access: Access) -> HttpRequest:
    told = "|".join(f"{listing.listing_id}:{listing.version}" for listing in batch)
    body = {
        "idempotency_key": str(uuid5(NAMESPACE_URL, f"{access.now.isoformat()}|{told}")),
        "changes": [_count(listing, access) for listing in batch],
        "ignore_unchanged_counts": False,  # so that the answer speaks of each
    }
    return _post("/v2/inventory/changes/batch-create", body, access)


def _count(listing: ListingQuantity, access: Access) -> dict[str, object]:
    count = {
        "reference_id": f"{listing.listing_id}:{listing.version}",
        "catalog_object_id": _variation(listing),
        "state": "IN_STOCK",
        "location_id": _location(listing, access.settings),
        "quantity": str(listing.quantity),
        "occurred_at": access.now.isoformat(),
    }
    return {"type": "PHYSICAL_COUNT", "physical_count": count}


class _Count(Sparse):
    catalog_object_id: str
    state: str
    quantity: HeldAmount


class _Error(Sparse):
    category: str = ""
    code: str = ""
    detail: str = ""


class _Counts(Sparse):
    counts: list[_Count] = Field(default_factory=list[_Count])
    errors: list[_Error] = Field(default_factory=list[_Error])


def _in_stock(said: _Counts) -> dict[str, int]:
    return {
        count.catalog_object_id: int(count.quantity) for count in said.counts if count.state == "IN_STOCK"
    }


def _read_answer(asked: StockRequest, answer: HttpAnswer) -> Sequence[StockResult]:
    """Either all changes of a request are taken, or an error says why none is."""
    said = read(_Counts, answer.body)
    if said.errors:
        error = said.errors[0]
        again = error.category in {"RATE_LIMIT_ERROR", "API_ERROR"}
        text = f"{error.code}: {error.detail}"
        return [StockResult(listing_id=each.listing_id, error=text, again=again) for each in asked.listings]
    has = _in_stock(said)
    return [
        StockResult(listing_id=each.listing_id, acknowledged=has.get(_variation(each), each.quantity))
        for each in asked.listings
    ]


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(request=_asking(location, batch, access), listings=batch)
        for location, all_ in _by_location(listings, access).items()
        for batch in parts(all_, BATCH_MAX)
    ]


def _asking(location: str, batch: Sequence[ListingQuantity], access: Access) -> HttpRequest:
    body = {
        "catalog_object_ids": [_variation(listing) for listing in batch],
        "location_ids": [location],
        "states": ["IN_STOCK"],
        "limit": 1_000,
    }
    return _post("/v2/inventory/counts/batch-retrieve", body, access)


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    said = read(_Counts, answer.body)
    if said.errors:  # no counts are none that it has only where nothing went wrong
        raise Unreadable(f"{said.errors[0].code}: {said.errors[0].detail}", path="errors")
    has = _in_stock(said)
    return {
        listing.listing_id: has[_variation(listing)]
        for listing in asked.listings
        if _variation(listing) in has
    }


SQUARE = Adapter(
    platform="square",
    name="Point of sale (Square)",
    parse=_parse,
    endpoint="https://connect.squareup.com",
    credentials=(
        CredentialField(name="access_token", description="The application's access token for the seller."),
        CredentialField(name="signature_key", description="The signature key of the webhook subscription."),
    ),
    webhook=Webhook(verify=_verify, messages=_messages, answer=_answer, answer_within_s=10),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=120,
        overlap_s=120,
        window_max_s=30 * 86_400,
        order_request=_order_request,
        parse_order=_parse_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_answer,
        batch_max=BATCH_MAX,
        per_second=2,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
)
