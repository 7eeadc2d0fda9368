"""WooCommerce: order webhooks and the orders list (REST v3), stock by product and variation batches.

What ships: status `processing`, which is paid, or cash on delivery; the setting `shipOn` is another list.
A `completed` order has left already. SKUs in the setting `digital` need no shipping and stay outside; an
order without any address is digital, one by local pickup is not shipped. The order states of a partial
refund only how much, so its units stay. A bundle's container (Product Bundles) is no goods: its price
goes to its parts. A delivery is never made again, and its id, of webhook and second, tells nothing but deletions
apart; what is missed is polled.

Amounts of lines come without tax, whatever the shop shows; coupons are the difference of `subtotal` and
`total`. Fees are charges beside shipping; negative ones are a discount, their tax less tax of the lines. The
parts must add up to `total`; gift cards (`gift_cards`) are payment.

Pages are numbered, and read backwards (see paging).

Source: woocommerce.github.io/woocommerce-rest-api-docs (v3: orders, products, variations, webhooks,
pagination, authentication); class-wc-webhook.php of WooCommerce (ping, signature, timeout).
Unverified: `gift_cards` and `bundled_by` / `bundled_items`, which are of plugins.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import orjson
from pydantic import AfterValidator, Field, RootModel

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
from domain.channels.adapters.lines import ZERO, Charges, Item, raw_lines, reduced, settled, stated
from domain.channels.adapters.paging import backwards
from domain.channels.adapters.parts import parts
from domain.channels.adapters.reading import Amount, HeldAmount, Identifier, Sparse, Units, read, written
from domain.channels.adapters.signing import require_hmac
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_MAX = 100
BATCH_MAX = 100
_SHIP_ON = ("processing",)
_CALLED_OFF = {"cancelled", "refunded", "trash"}
_PING = re.compile(rb"webhook_id=\d+")

# ---------------------------------------------------------------- what is read

# Times of fields that end in _gmt are UTC without saying so.
_Utc = Annotated[datetime, AfterValidator(lambda time: time.replace(tzinfo=time.tzinfo or UTC))]


class _Line(Sparse):
    id: int
    product_id: int = 0
    variation_id: int = 0
    sku: str | None = None
    quantity: Units
    subtotal: Amount
    total: Amount
    total_tax: Amount = ZERO
    bundled_by: int | None = None
    bundled_items: list[int] = Field(default_factory=list[int])


class _Charge(Sparse):
    total: Amount
    total_tax: Amount = ZERO


class _Shipping(_Charge):
    method_id: str = ""


class _GiftCard(Sparse):
    amount: Amount = ZERO


class _Address(Sparse):
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class _Order(Sparse):
    id: Identifier
    status: str
    currency: str
    total: Amount
    date_created_gmt: _Utc
    date_modified_gmt: _Utc | None = None
    customer_id: int = 0
    billing: _Address = _Address()
    shipping: _Address = _Address()
    line_items: list[_Line]
    shipping_lines: list[_Shipping] = Field(default_factory=list[_Shipping])
    fee_lines: list[_Charge] = Field(default_factory=list[_Charge])
    gift_cards: list[_GiftCard] = Field(default_factory=list[_GiftCard])


class _Head(Sparse):
    id: Identifier
    date_modified_gmt: _Utc | None = None


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "order.deleted":  # or put into the trash, out of which it may come back
        return OrderCancelled(reference=read(_Head, message.body).id, updated_at=None, reason="deleted")
    if message.topic.startswith("order"):
        return _order(read(_Order, message.body), facts)
    return Ignored(why=f"{message.topic} says nothing about what to ship")


def _order(order: _Order, facts: Facts) -> Parsed:
    if order.status in _CALLED_OFF:
        return OrderCancelled(reference=order.id, updated_at=order.date_modified_gmt, reason=order.status)
    why_not = _why_not(order, facts)
    if why_not:
        return Ignored(why=why_not)
    return OrderStated(order=_placed(order, facts), updated_at=order.date_modified_gmt)


def _why_not(order: _Order, facts: Facts) -> str | None:
    if order.status == "completed":
        return "completed already"
    if order.status not in facts.settings.get("shipOn", _SHIP_ON):
        return f"not paid: {order.status}"
    if any("pickup" in line.method_id for line in order.shipping_lines):
        return "picked up at the shop, not shipped"
    if not order.shipping.country or not any(_ships(line, facts) for line in order.line_items):
        return "nothing in it is shipped"
    return None


def _placed(order: _Order, facts: Facts) -> RawOrder:
    charges = _charges(order, facts)
    return RawOrder(
        channel=facts.channel,
        external_reference=order.id,
        placed_at=order.date_created_gmt.isoformat(),
        currency_code=order.currency,
        lines=raw_lines(charges.items, order.currency),
        ship_to=_ship_to(order),
        customer_reference=str(order.customer_id) if order.customer_id else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
    )


def _charges(order: _Order, facts: Facts) -> Charges:
    beside = [*order.shipping_lines, *(fee for fee in order.fee_lines if fee.total >= 0)]
    taken = [fee for fee in order.fee_lines if fee.total < 0]
    before = Charges(
        items=_items(order, facts),
        shipping=sum((charge.total for charge in beside), ZERO),
        tax=sum((charge.total_tax for charge in beside), ZERO),
    )
    off, off_tax = sum((-fee.total for fee in taken), ZERO), sum((-fee.total_tax for fee in taken), ZERO)
    charges = reduced(before, off, off_tax, order.currency)
    paid_by_card = sum((card.amount for card in order.gift_cards), ZERO)
    return settled(charges, order.total + paid_by_card, order.currency)


def _items(order: _Order, facts: Facts) -> tuple[Item, ...]:
    lines = [line for line in order.line_items if line.quantity]
    items = {line.id: _item(line, facts) for line in lines}
    for container in lines:
        inside = [
            line.id for line in lines if line.bundled_by == container.id or line.id in container.bundled_items
        ]
        if inside:
            items |= _with_price_of(items.pop(container.id), {each: items[each] for each in inside}, order)
    return tuple(items.values())


def _item(line: _Line, facts: Facts) -> Item:
    price = max(line.subtotal, line.total)  # a total raised by hand is the price
    return Item(
        sku=line.sku or f"product:{line.variation_id or line.product_id}",  # a map of SKUs may know it
        quantity=line.quantity,
        price=price,
        merchant_discount=price - line.total,
        tax=line.total_tax,
        ships=_ships(line, facts),
    )


def _with_price_of(container: Item, inside: Mapping[int, Item], order: _Order) -> dict[int, Item]:
    """The parts of a bundle with their shares, by units, of what the bundle itself costs."""
    left = container
    units = sum(item.quantity for item in inside.values())
    out: dict[int, Item] = {}
    for id_, item in inside.items():
        share = replace(left, quantity=units).of(item.quantity, order.currency)
        out[id_] = replace(
            item,
            price=item.price + share.price,
            merchant_discount=item.merchant_discount + share.merchant_discount,
            tax=item.tax + share.tax,
        )
        units -= item.quantity
        left = replace(
            left,
            price=left.price - share.price,
            merchant_discount=left.merchant_discount - share.merchant_discount,
            tax=left.tax - share.tax,
        )
    return out


def _ships(line: _Line, facts: Facts) -> bool:
    return line.quantity > 0 and line.sku not in facts.settings.get("digital", ())


def _ship_to(order: _Order) -> RawShipTo:
    to = order.shipping
    return RawShipTo(
        country_code=to.country.upper(),
        name=cut(joined((joined((to.first_name, to.last_name), " "), to.company)), 200),
        line1=cut(to.address_1, 200),
        line2=cut(to.address_2, 200),
        city=cut(to.city, 100),
        region=cut(to.state, 100),
        postcode=cut(to.postcode, 20),
        phone=cut(to.phone or order.billing.phone, 50),
    )


# ---------------------------------------------------------------- webhooks


def _is_ping(delivery: Delivery) -> bool:
    """The unsigned request by which a shop tries an address when a webhook is saved; it says nothing."""
    return _PING.fullmatch(delivery.body) is not None


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    if not _is_ping(delivery):
        signature = delivery.headers.get("x-wc-webhook-signature")
        require_hmac(credentials, "webhook_secret", delivery.body, signature)


def _messages(delivery: Delivery) -> Sequence[Message]:
    if _is_ping(delivery):
        return []
    head = read(_Head, delivery.body)
    topic = delivery.headers.get("x-wc-webhook-topic", "order.updated")
    return [
        Message(
            topic=topic,
            body=delivery.body,
            delivery_id=_deletion(head, delivery) if topic == "order.deleted" else None,
            reference=head.id,
            external_updated_at=head.date_modified_gmt,
        )
    ]


def _deletion(head: _Head, delivery: Delivery) -> str | None:
    """What tells an order's deletion from the next, after it was restored: both say the order's id and no more."""
    told = delivery.headers.get("x-wc-webhook-delivery-id")
    return f"{head.id} deleted {told}" if told else None


def _answer(receipt: Receipt) -> HttpAnswer:
    # five answers in a row that are not 2xx disable the webhook, so a body that never can be read is taken
    statuses = {Receipt.REFUSED: 401, Receipt.NOT_NOW: 503}
    return HttpAnswer(status=statuses.get(receipt, 200))


# ---------------------------------------------------------------- polling


def _headers(access: Access) -> dict[str, str]:
    pair = f"{access.credentials['consumer_key']}:{access.credentials['consumer_secret']}"
    return {
        "authorization": f"Basic {b64encode(pair.encode()).decode()}",
        "content-type": "application/json",
        "accept": "application/json",
    }


def _get(path: str, query: Mapping[str, str], access: Access) -> HttpRequest:
    return HttpRequest(
        method="GET", path=f"/wp-json/wc/v3/{path}?{urlencode(query)}", headers=_headers(access)
    )


def _gmt(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    after, before = (
        ("modified_after", "modified_before") if cursor.by is WindowBy.UPDATED else ("after", "before")
    )
    query = {
        after: _gmt(cursor.since),
        before: _gmt(cursor.until),
        "dates_are_gmt": "true",
        "status": "any",
        "orderby": "id",
        "order": "asc",
        "per_page": str(PAGE_MAX),
        "page": cursor.page or "1",
    }
    return _get("orders", query, access)


class _Orders(RootModel[list[dict[str, object]]]):
    pass


def _message(order: Mapping[str, object]) -> Message:
    body = written(order)
    head = read(_Head, body)
    return Message(
        topic="order.poll", body=body, reference=head.id, external_updated_at=head.date_modified_gmt
    )


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    orders = read(_Orders, answer.body).root
    return Page(
        messages=[_message(order) for order in orders],
        next_page=_next(cursor, answer),
        total=_number(answer, "x-wp-total"),
    )


def _next(cursor: Cursor, answer: HttpAnswer) -> str | None:
    if cursor.page is not None and not cursor.page.isdecimal():
        raise Unreadable("the cursor's page is no number", path="page")
    further = backwards(
        None if cursor.page is None else int(cursor.page), _number(answer, "x-wp-totalpages") or 1
    )
    return None if further is None else str(further)


def _number(answer: HttpAnswer, header: str) -> int | None:
    said = answer.headers.get(header, "")
    return int(said) if said.isdecimal() else None


def _order_request(reference: str, access: Access) -> HttpRequest:
    return HttpRequest(method="GET", path=f"/wp-json/wc/v3/orders/{reference}", headers=_headers(access))


def _parse_order(answer: HttpAnswer) -> Message:
    head = read(_Head, answer.body)
    return Message(
        topic="order.poll", body=answer.body, reference=head.id, external_updated_at=head.date_modified_gmt
    )


# ---------------------------------------------------------------- stock


def _path_of(listing: ListingQuantity) -> str:
    """Variations are told below their product, simple products together."""
    if listing.external_ids.get("variation_id", "0") in {"", "0"}:
        return "products"
    return f"products/{listing.external_ids.get('product_id', '0')}/variations"


def _id_of(listing: ListingQuantity) -> int:
    said = listing.external_ids.get("variation_id", "0")
    if said in {"", "0"}:
        said = listing.external_ids.get("product_id", "0")
    return int(said) if said.isdecimal() else 0


def _batches(listings: Sequence[ListingQuantity]) -> list[tuple[str, Sequence[ListingQuantity]]]:
    return [
        (path, batch)
        for path, group in groupby(sorted(listings, key=_path_of), key=_path_of)
        for batch in parts(list(group), BATCH_MAX)
    ]


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(request=_batch_request(path, batch, access), listings=batch)
        for path, batch in _batches(listings)
    ]


def _batch_request(path: str, batch: Sequence[ListingQuantity], access: Access) -> HttpRequest:
    update = [
        {"id": _id_of(listing), "manage_stock": True, "stock_quantity": listing.quantity} for listing in batch
    ]
    return HttpRequest(
        method="POST",
        path=f"/wp-json/wc/v3/{path}/batch",
        headers=_headers(access),
        body=orjson.dumps({"update": update}),
    )


class _ErrorData(Sparse):
    status: int = 400


class _Error(Sparse):
    code: str = ""
    message: str = ""
    data: _ErrorData = _ErrorData()


class _Product(Sparse):
    id: int
    stock_quantity: HeldAmount | None = None
    error: _Error | None = None


class _Products(Sparse):
    update: list[_Product]


def _read_answer(asked: StockRequest, answer: HttpAnswer) -> Sequence[StockResult]:
    said = {product.id: product for product in read(_Products, answer.body).update}
    return [_result(listing, said.get(_id_of(listing))) for listing in asked.listings]


def _result(listing: ListingQuantity, product: _Product | None) -> StockResult:
    if product is None:
        return StockResult(listing_id=listing.listing_id, error="not in the answer", again=True)
    if product.error:
        error = f"{product.error.code}: {product.error.message}"
        return StockResult(listing_id=listing.listing_id, error=error, again=product.error.data.status >= 500)
    has = listing.quantity if product.stock_quantity is None else int(product.stock_quantity)
    return StockResult(listing_id=listing.listing_id, acknowledged=has)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(request=_get(path, _asking(batch), access), listings=batch)
        for path, batch in _batches(listings)
    ]


def _asking(batch: Sequence[ListingQuantity]) -> dict[str, str]:
    ids = ",".join(str(_id_of(listing)) for listing in batch)
    return {"include": ids, "per_page": str(BATCH_MAX), "_fields": "id,stock_quantity"}


class _Observed(RootModel[list[_Product]]):
    pass


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    products = read(_Observed, answer.body).root
    had = {product.id: product.stock_quantity for product in products}
    return {
        listing.listing_id: int(quantity)
        for listing in asked.listings
        if (quantity := had.get(_id_of(listing))) is not None
    }


WOOCOMMERCE = Adapter(
    platform="woocommerce",
    name="WooCommerce",
    parse=_parse,
    credentials=(
        CredentialField(name="consumer_key", description="A REST API key with read and write access."),
        CredentialField(name="consumer_secret", description="The key's secret."),
        CredentialField(name="webhook_secret", description="The secret of the order webhooks."),
    ),
    webhook=Webhook(verify=_verify, messages=_messages, answer=_answer, answer_within_s=60),
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
        per_second=1,  # there is no limit but that of the shop's own host
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
)
