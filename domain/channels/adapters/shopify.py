"""Shopify: order webhooks and the orders list (REST Admin), stock by inventorySetQuantities (GraphQL Admin).

What ships: `financial_status` paid or partially_refunded; the setting `shipOn` is another list, such as
`["paid", "partially_refunded", "authorized"]` of a shop that captures when it ships. An order that is
fulfilled already, a test, or one to be picked up asks nothing; one refunded or voided before it was
fulfilled is cancelled. Units are `current_quantity`: what edits and returns have left. Bundles arrive as
their components. Lines that need no shipping (gift cards, tips) stay outside.

Money is that of the shop, not what was presented. Where `taxes_included`, tax is taken out of prices and
shipping. Duties are tax, tips and additional fees are charges beside shipping. An order nobody has
edited or refunded must add up to `total_price`; of others units are kept with their share of the line.

Source: shopify.dev/docs/api/admin-rest/latest/resources/order, /docs/apps/build/webhooks (headers, HMAC),
/docs/api/admin-graphql/latest/mutations/inventorySetQuantities, /docs/api/usage/limits, /pagination-rest,
/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant.
Unverified: that a refused inventorySetQuantities applies none of its quantities (they are sent again),
and that order lines of a shop with tips carry `tip_payment_gateway` (tips would then fail to add up).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit
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
    Token,
    TokenFormat,
    Unreadable,
    Webhook,
    WindowBy,
)
from domain.channels.adapters.lines import ZERO, Charges, Item, raw_lines, rounded, settled, stated
from domain.channels.adapters.parts import parts
from domain.channels.adapters.reading import Amount, Held, Identifier, Sparse, Units, read, written
from domain.channels.adapters.signing import require_hmac
from domain.channels.raw_order import RawOrder, RawShipTo

API_VERSION = "2026-04"  # changeFromQuantity and @idempotent came with it
BATCH_MAX = 250  # of any list in a mutation's input
OBSERVED_MAX = 100  # keeps the query's cost below the smallest plan's bucket
_SHIP_ON = ("paid", "partially_refunded")
_POLLED = "orders/poll"
_WHOLE_ORDERS = {
    _POLLED,
    "order",
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "orders/fulfilled",
    "orders/partially_fulfilled",
}
_TAGS_MAX, _TAG_LENGTH_MAX = 20, 50

# ---------------------------------------------------------------- what is read


class _Money(Sparse):
    amount: Amount


class _MoneySet(Sparse):
    shop_money: _Money


class _TaxLine(Sparse):
    price: Amount


class _Allocation(Sparse):
    amount: Amount


class _Duty(Sparse):
    shop_money: _Money | None = None
    tax_lines: list[_TaxLine] = Field(default_factory=list[_TaxLine])


class _Line(Sparse):
    id: Identifier
    quantity: Units
    price: Amount = Field(ge=0)
    sku: str | None = None
    variant_id: Identifier | None = None
    current_quantity: Units | None = None
    requires_shipping: bool = True
    gift_card: bool = False
    tip_payment_gateway: str | None = None
    tax_lines: list[_TaxLine] = Field(default_factory=list[_TaxLine])
    discount_allocations: list[_Allocation] = Field(default_factory=list[_Allocation])
    duties: list[_Duty] = Field(default_factory=list[_Duty])


class _ShippingLine(Sparse):
    price: Amount
    is_removed: bool = False
    tax_lines: list[_TaxLine] = Field(default_factory=list[_TaxLine])
    discount_allocations: list[_Allocation] = Field(default_factory=list[_Allocation])


class _Address(Sparse):
    country_code: str | None = None
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class _Customer(Sparse):
    id: Identifier | None = None


class _Order(Sparse):
    id: Identifier
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    currency: str
    total_price: Amount
    line_items: list[_Line]
    shipping_lines: list[_ShippingLine] = Field(default_factory=list[_ShippingLine])
    shipping_address: _Address | None = None
    customer: _Customer | None = None
    financial_status: str | None = None
    fulfillment_status: str | None = None
    cancelled_at: AwareDatetime | None = None
    cancel_reason: str | None = None
    test: bool = False
    taxes_included: bool = False
    tags: str = ""
    total_tip_received: Amount = ZERO
    refunds: list[Mapping[str, object]] = Field(default_factory=list[Mapping[str, object]])
    original_total_additional_fees_set: _MoneySet | None = None


class _Head(Sparse):
    id: Identifier | None = None
    order_id: Identifier | None = None
    updated_at: AwareDatetime | None = None


class _Edit(Sparse):
    order_id: Identifier


class _Edited(Sparse):
    order_edit: _Edit


class _Refund(Sparse):
    order_id: Identifier


class _Deleted(Sparse):
    id: Identifier


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    match message.topic:
        case "orders/delete":
            return OrderCancelled(
                reference=read(_Deleted, message.body).id, updated_at=None, reason="deleted"
            )
        case "orders/edited":
            return OrderToFetch(reference=read(_Edited, message.body).order_edit.order_id)
        case "refunds/create":
            return OrderToFetch(reference=read(_Refund, message.body).order_id)
        case topic if topic in _WHOLE_ORDERS:
            return _order(read(_Order, message.body), facts)
        case topic:
            return Ignored(why=f"{topic} says nothing about what to ship")


def _order(order: _Order, facts: Facts) -> Parsed:
    if order.test:
        return Ignored(why="a test order")
    called_off = _called_off(order)
    if called_off:
        return _cancelled(order, called_off)
    why_not = _why_not(order, facts)
    if why_not or order.shipping_address is None:
        return Ignored(why=why_not or "picked up at the shop, not shipped")
    return OrderStated(order=_placed(order, order.shipping_address, facts), updated_at=order.updated_at)


def _called_off(order: _Order) -> str | None:
    if order.cancelled_at:
        return order.cancel_reason or "cancelled"
    if order.fulfillment_status == "fulfilled":
        return None  # money given back after the goods went out
    if order.financial_status in {"refunded", "voided"}:
        return order.financial_status
    shipped = [line for line in order.line_items if _ships(line)]
    return "all units were removed" if shipped and not any(map(_left, shipped)) else None


def _why_not(order: _Order, facts: Facts) -> str | None:
    if order.fulfillment_status == "fulfilled":
        return "fulfilled already"
    if order.financial_status not in facts.settings.get("shipOn", _SHIP_ON):
        return f"not paid: {order.financial_status}"
    return None if any(map(_ships, order.line_items)) else "nothing in it is shipped"


def _cancelled(order: _Order, reason: str) -> OrderCancelled:
    return OrderCancelled(reference=order.id, updated_at=order.updated_at, reason=reason)


def _placed(order: _Order, address: _Address, facts: Facts) -> RawOrder:
    charges = _charges(order)
    kept = [
        item.of(_left(line), order.currency)
        for item, line in zip(charges.items, order.line_items, strict=True)
        if line.quantity
    ]
    return RawOrder(
        channel=facts.channel,
        external_reference=order.id,
        placed_at=order.created_at.isoformat(),
        currency_code=order.currency,
        lines=raw_lines(kept, order.currency),
        ship_to=_ship_to(address),
        customer_reference=order.customer.id if order.customer else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
        tags=_tags(order.tags),
    )


def _charges(order: _Order) -> Charges:
    charges = Charges(
        items=tuple(_item(line, order) for line in order.line_items),
        shipping=_shipping(order) + _extras(order),
        tax=_order_tax(order),
    )
    if _untouched(order):
        return settled(charges, order.total_price, order.currency)
    return settled(charges, rounded(charges.total, order.currency), order.currency)


def _untouched(order: _Order) -> bool:
    return not order.refunds and all(_left(line) == line.quantity for line in order.line_items)


def _item(line: _Line, order: _Order) -> Item:
    tax = _sum(line.tax_lines)
    return Item(
        sku=line.sku or f"variant:{line.variant_id or line.id}",  # a map of SKUs may know it
        quantity=max(line.quantity, 1),
        price=line.price * line.quantity - (tax if order.taxes_included else ZERO),
        merchant_discount=_off(line.discount_allocations),
        tax=tax,
        ships=_ships(line),
    )


def _shipping(order: _Order) -> Decimal:
    lines = [line for line in order.shipping_lines if not line.is_removed]
    gross = sum((line.price - _off(line.discount_allocations) for line in lines), ZERO)
    return gross - _shipping_tax(order) if order.taxes_included else gross


def _shipping_tax(order: _Order) -> Decimal:
    return sum((_sum(line.tax_lines) for line in order.shipping_lines if not line.is_removed), ZERO)


def _extras(order: _Order) -> Decimal:
    fees = order.original_total_additional_fees_set
    in_lines = any(line.tip_payment_gateway for line in order.line_items)
    return (fees.shop_money.amount if fees else ZERO) + (ZERO if in_lines else order.total_tip_received)


def _order_tax(order: _Order) -> Decimal:
    duties = [duty for line in order.line_items for duty in line.duties]
    dues = sum((duty.shop_money.amount for duty in duties if duty.shop_money), ZERO)
    return _shipping_tax(order) + dues + sum((_sum(duty.tax_lines) for duty in duties), ZERO)


def _sum(lines: Iterable[_TaxLine]) -> Decimal:
    return sum((line.price for line in lines), ZERO)


def _off(allocations: Iterable[_Allocation]) -> Decimal:
    return sum((allocation.amount for allocation in allocations), ZERO)


def _ships(line: _Line) -> bool:
    return line.requires_shipping and not line.gift_card


def _left(line: _Line) -> int:
    return line.quantity if line.current_quantity is None else line.current_quantity


def _ship_to(address: _Address) -> RawShipTo:
    located = address.latitude is not None and address.longitude is not None
    return RawShipTo(
        country_code=(address.country_code or "").upper(),
        name=cut(joined((address.name, address.company)), 200),
        line1=cut(address.address1, 200),
        line2=cut(address.address2, 200),
        city=cut(address.city, 100),
        region=cut(address.province_code or address.province, 100),
        postcode=cut(address.zip, 20),
        phone=cut(address.phone, 50),
        latitude=address.latitude if located else None,
        longitude=address.longitude if located else None,
    )


def _tags(text: str) -> tuple[str, ...]:
    tags = sorted({tag.strip()[:_TAG_LENGTH_MAX] for tag in text.split(",") if tag.strip()})
    return tuple(tags[:_TAGS_MAX])


# ---------------------------------------------------------------- webhooks


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    signature = delivery.headers.get("x-shopify-hmac-sha256")
    require_hmac(credentials, "client_secret", delivery.body, signature)


def _messages(delivery: Delivery) -> Sequence[Message]:
    head = read(_Head, delivery.body)
    topic = delivery.headers.get("x-shopify-topic", "order")
    event = delivery.headers.get("x-shopify-event-id")
    return [
        Message(
            topic=topic,
            body=delivery.body,
            delivery_id=delivery.headers.get("x-shopify-webhook-id"),
            # one event may be told under several topics, with bodies that differ
            event_id=f"{topic}:{event}" if event else None,
            reference=head.id if topic.startswith("orders/") else head.order_id,
            external_updated_at=head.updated_at,
        )
    ]


def _answer(receipt: Receipt) -> HttpAnswer:
    # eight answers that are not 2xx end the subscription, so a body that never can be read is taken
    statuses = {Receipt.REFUSED: 401, Receipt.NOT_NOW: 503}
    return HttpAnswer(status=statuses.get(receipt, 200))


# ---------------------------------------------------------------- polling


def _headers(access: Access) -> dict[str, str]:
    return {
        "x-shopify-access-token": access.token or "",
        "content-type": "application/json",
        "accept": "application/json",
    }


def _path(access: Access, rest: str) -> str:
    return f"/admin/api/{access.settings.get('apiVersion', API_VERSION)}/{rest}"


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    if cursor.page is not None:
        query = {"limit": "250", "page_info": cursor.page}
    else:
        by = "updated_at" if cursor.by is WindowBy.UPDATED else "created_at"
        query = {
            "limit": "250",
            "status": "any",
            "order": f"{by} asc",
            f"{by}_min": cursor.since.isoformat(),
            f"{by}_max": cursor.until.isoformat(),
        }
    return HttpRequest(
        method="GET", path=_path(access, f"orders.json?{urlencode(query)}"), headers=_headers(access)
    )


class _Orders(Sparse):
    orders: list[dict[str, object]]


class _One(Sparse):
    order: dict[str, object]


def _message(order: Mapping[str, object]) -> Message:
    body = written(order)
    head = read(_Head, body)
    return Message(topic=_POLLED, body=body, reference=head.id, external_updated_at=head.updated_at)


def _parse_page(_cursor: Cursor, answer: HttpAnswer) -> Page:
    orders = read(_Orders, answer.body).orders
    return Page(messages=[_message(order) for order in orders], next_page=_next(answer))


def _next(answer: HttpAnswer) -> str | None:
    link = re.search(r'<([^>]+)>;\s*rel="?next"?', answer.headers.get("link", ""))
    if link is None:
        return None
    page = parse_qs(urlsplit(link[1]).query).get("page_info")
    if not page:
        raise Unreadable("names a next page without page_info", path="link")
    return page[0]


def _order_request(reference: str, access: Access) -> HttpRequest:
    return HttpRequest(method="GET", path=_path(access, f"orders/{reference}.json"), headers=_headers(access))


def _parse_order(answer: HttpAnswer) -> Message:
    return _message(read(_One, answer.body).order)


# ---------------------------------------------------------------- stock

_SET = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}"""
_ASK = """query($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { name quantity } }
    }
  }
}"""


def _gid(kind: str, said: object) -> str:
    text = str(said or "")
    return text if text.startswith("gid://") else f"gid://shopify/{kind}/{text}"


def _item_id(listing: ListingQuantity) -> str:
    return _gid("InventoryItem", listing.external_ids.get("inventory_item_id"))


def _location_id(listing: ListingQuantity, access: Access) -> str:
    return _gid("Location", listing.external_ids.get("location_id") or access.settings.get("locationId"))


def _graphql(query: str, variables: Mapping[str, object], access: Access) -> HttpRequest:
    return HttpRequest(
        method="POST",
        path=_path(access, "graphql.json"),
        headers=_headers(access),
        body=orjson.dumps({"query": query, "variables": variables}),
    )


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(request=_set_request(batch, access), listings=batch)
        for batch in parts(listings, BATCH_MAX)
    ]


def _set_request(batch: Sequence[ListingQuantity], access: Access) -> HttpRequest:
    quantities = [
        {
            "inventoryItemId": _item_id(listing),
            "locationId": _location_id(listing, access),
            "quantity": listing.quantity,
            "changeFromQuantity": None,  # ours is the truth: no comparing
        }
        for listing in batch
    ]
    told = "|".join(f"{listing.listing_id}:{listing.version}" for listing in batch)
    key = uuid5(NAMESPACE_URL, f"{access.now.isoformat()}|{told}")
    return _graphql(
        _SET,
        {
            "input": {"name": "available", "reason": "correction", "quantities": quantities},
            "key": str(key),
        },
        access,
    )


class _Extensions(Sparse):
    code: str = ""


class _Fault(Sparse):
    message: str
    extensions: _Extensions = _Extensions()


class _UserError(Sparse):
    message: str
    field: list[str] | None = None
    code: str | None = None


class _SetPayload(Sparse):
    user_errors: list[_UserError] = Field(alias="userErrors")


class _SetData(Sparse):
    set_quantities: _SetPayload | None = Field(default=None, alias="inventorySetQuantities")


class _SetAnswer(Sparse):
    data: _SetData | None = None
    errors: list[_Fault] = Field(default_factory=list[_Fault])


def _read_answer(asked: StockRequest, answer: HttpAnswer) -> Sequence[StockResult]:
    said = read(_SetAnswer, answer.body)
    payload = said.data.set_quantities if said.data else None
    if said.errors or payload is None:
        fault = said.errors[0] if said.errors else _Fault(message="answered nothing")
        again = fault.extensions.code in {"THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"}
        return [
            StockResult(listing_id=listing.listing_id, error=fault.message, again=again)
            for listing in asked.listings
        ]
    if not payload.user_errors:
        return [
            StockResult(listing_id=listing.listing_id, acknowledged=listing.quantity)
            for listing in asked.listings
        ]
    wrong = {_at(error): error for error in reversed(payload.user_errors)}
    return [_refused(listing, wrong.get(at), wrong.get(None)) for at, listing in enumerate(asked.listings)]


def _at(error: _UserError) -> int | None:
    """Which quantity the error is of, by its path such as input, quantities, 3, inventoryItemId."""
    return next((int(step) for step in error.field or () if step.isdecimal()), None)


def _refused(listing: ListingQuantity, own: _UserError | None, all_: _UserError | None) -> StockResult:
    error = own or all_
    if error is None:
        text = "another quantity of the same request was refused"
        return StockResult(listing_id=listing.listing_id, error=text, again=True)
    said = f"{error.code}: {error.message}" if error.code else error.message
    return StockResult(listing_id=listing.listing_id, error=said)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    by_location: dict[str, list[ListingQuantity]] = {}
    for listing in listings:
        by_location.setdefault(_location_id(listing, access), []).append(listing)
    return [
        StockRequest(
            request=_graphql(_ASK, {"ids": [_item_id(each) for each in batch], "location": location}, access),
            listings=batch,
        )
        for location, all_ in by_location.items()
        for batch in parts(all_, OBSERVED_MAX)
    ]


class _Quantity(Sparse):
    name: str
    quantity: Held


class _Level(Sparse):
    quantities: list[_Quantity]


class _Node(Sparse):
    id: str | None = None
    level: _Level | None = Field(default=None, alias="inventoryLevel")


class _AskData(Sparse):
    nodes: list[_Node | None]


class _AskAnswer(Sparse):
    data: _AskData
    errors: list[_Fault] = Field(default_factory=list[_Fault])


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    said = read(_AskAnswer, answer.body)
    if said.errors:  # what is missing may be there
        raise Unreadable(said.errors[0].message, path="errors")
    had = {
        node.id: quantity.quantity
        for node in said.data.nodes
        if node and node.level
        for quantity in node.level.quantities
        if quantity.name == "available"
    }
    return {
        listing.listing_id: had[_item_id(listing)] for listing in asked.listings if _item_id(listing) in had
    }


# ---------------------------------------------------------------- access and limits


def _token_request(access: Access) -> HttpRequest:
    asked = {
        "grant_type": "client_credentials",
        "client_id": access.credentials["client_id"],
        "client_secret": access.credentials["client_secret"],
    }
    return HttpRequest(
        method="POST",
        path="/admin/oauth/access_token",
        headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
        body=urlencode(asked).encode(),
    )


class _TokenAnswer(Sparse):
    access_token: str
    expires_in: float = 86_399


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    return Token(value=said.access_token, expires_in_s=said.expires_in)


def _wait_s(answer: HttpAnswer) -> float | None:
    """By `Retry-After`, which has decimals here, or by what REST and GraphQL say is left of the bucket."""
    after = answer.headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", after):
        return float(after)
    used = re.fullmatch(r"(\d+)/(\d+)", answer.headers.get("x-shopify-shop-api-call-limit", ""))
    if used:
        return 1.0 if int(used[1]) >= int(used[2]) - 1 else None
    return _wait_by_cost_s(answer.body)


class _Throttle(Sparse):
    available: float = Field(alias="currentlyAvailable")
    restored_a_second: float = Field(alias="restoreRate", gt=0)


class _Cost(Sparse):
    requested: float = Field(alias="requestedQueryCost")
    throttle: _Throttle = Field(alias="throttleStatus")


class _CostExtensions(Sparse):
    cost: _Cost


class _Costed(Sparse):
    extensions: _CostExtensions


def _wait_by_cost_s(body: bytes) -> float | None:
    if b"throttleStatus" not in body:
        return None
    try:
        cost = read(_Costed, body).extensions.cost
    except Unreadable:
        return None  # a limit that is not said is no reason to fail what was answered
    lacking = cost.requested - cost.throttle.available
    return lacking / cost.throttle.restored_a_second if lacking > 0 else None


SHOPIFY = Adapter(
    platform="shopify",
    name="Shopify",
    parse=_parse,
    credentials=(
        CredentialField(name="client_id", description="The app's client ID."),
        CredentialField(name="client_secret", description="The app's client secret; it signs webhooks, too."),
    ),
    webhook=Webhook(verify=_verify, messages=_messages, answer=_answer, answer_within_s=5),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=300,
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
    token=TokenFormat(token_request=_token_request, read_token=_read_token),
    wait_s=_wait_s,
)
