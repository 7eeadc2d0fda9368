"""eBay: orders by getOrders (Fulfillment API), signed notifications, stock by bulkUpdatePriceQuantity.

What ships: paid (PAID, PARTIALLY_REFUNDED) and not FULFILLED. FULLY_REFUNDED before that, or a cancelState
of CANCELED, is a cancellation; one IN_PROGRESS is the tag `cancel-requested`. Digital delivery, pick-up
and what eBay fulfils are not shipped by the merchant. With eBay's international programs the address is
the hub's, and the reference that must be on the label is its second line. Refunds of lines state no units.

Money: `lineItemCost` is the price of all units, `discountedLineItemCost` what is left of it: discounts are
the merchant's. `taxes` of a line are in the total, also those that eBay collects and remits; prices on
marketplaces with VAT include it and eBay does not say how much, so it stays in the price. Delivery after
its discount, and raising adjustments, are shipping; lowering ones a discount. All must add up to
`pricingSummary.total`. Amounts are in the seller's currency (`value`, not `convertedFromValue`).

ORDER_CONFIRMATION comes once a line and only says that there is an order, which is then fetched. A
notification is signed with ECDSA over its raw body by a key named in the header and fetched by that name.
Pages are offsets, read backwards (see paging). A listing may be revised 250 times a day.

Source: developer.ebay.com/api-docs/sell/fulfillment/types/sel:Order, :PricingSummary, :LineItem,
:EbayCollectAndRemitTax; /sell/inventory/types/slr:BulkPriceQuantity; /commerce/notification/overview.html,
asyncapi/order_confirmation.yaml; /static/oauth-refresh-token-request.html; the signature vector of
github.com/eBay/event-notification-nodejs-sdk.
Unverified: where in `data` of ORDER_CONFIRMATION `orderId` stands (it is looked for), whether a user's token
may read public keys, and the time within which a notification must be answered.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import AwareDatetime, Field

from domain.channels.adapters.addresses import cut, joined
from domain.channels.adapters.contract import (
    Access,
    Adapter,
    BadSignature,
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
    UnknownKey,
    Unreadable,
    Webhook,
    WindowBy,
)
from domain.channels.adapters.lines import ZERO, Charges, Item, raw_lines, settled, shared_out, stated
from domain.channels.adapters.paging import backwards
from domain.channels.adapters.parts import parts
from domain.channels.adapters.reading import Amount, Held, Identifier, Sparse, read, written
from domain.channels.raw_order import RawOrder, RawShipTo

PAGE_MAX = 200
BATCH_MAX = 25
_PAID = {"PAID", "PARTIALLY_REFUNDED"}
_NOT_OURS = {
    "DIGITAL": "nothing in it is shipped",
    "PREPARE_FOR_PICKUP": "picked up at the shop, not shipped",
    "FULFILLED_BY_EBAY": "eBay ships it",
}
_KEY_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_ARMOUR = re.compile(r"-----(BEGIN|END) PUBLIC KEY-----|\s")
# SHA1 is what eBay signs with; a forger would need a second pre-image, which SHA1 still withstands.
_DIGESTS: Mapping[str, type[hashes.HashAlgorithm]] = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256}

# ---------------------------------------------------------------- what is read


class _Money(Sparse):
    value: Amount
    currency: str


class _Tax(Sparse):
    amount: _Money


class _Line(Sparse):
    id: str = Field(alias="lineItemId")
    sku: str | None = None
    item_id: Identifier | None = Field(default=None, alias="legacyItemId")
    variation_id: Identifier | None = Field(default=None, alias="legacyVariationId")
    quantity: int = Field(ge=1, le=1_000_000)
    cost: _Money = Field(alias="lineItemCost")
    discounted: _Money | None = Field(default=None, alias="discountedLineItemCost")
    taxes: list[_Tax] = Field(default_factory=list[_Tax])


class _Pricing(Sparse):
    total: _Money
    subtotal: _Money = Field(alias="priceSubtotal")
    discount: _Money | None = Field(default=None, alias="priceDiscount")
    delivery: _Money | None = Field(default=None, alias="deliveryCost")
    delivery_discount: _Money | None = Field(default=None, alias="deliveryDiscount")
    tax: _Money | None = None
    fee: _Money | None = None
    adjustment: _Money | None = None


class _Address(Sparse):
    line1: str | None = Field(default=None, alias="addressLine1")
    line2: str | None = Field(default=None, alias="addressLine2")
    city: str | None = None
    county: str | None = None
    region: str | None = Field(default=None, alias="stateOrProvince")
    postcode: str | None = Field(default=None, alias="postalCode")
    country: str = Field(alias="countryCode")


class _Phone(Sparse):
    number: str | None = Field(default=None, alias="phoneNumber")


class _Contact(Sparse):
    name: str | None = Field(default=None, alias="fullName")
    company: str | None = Field(default=None, alias="companyName")
    address: _Address | None = Field(default=None, alias="contactAddress")
    phone: _Phone = Field(default=_Phone(), alias="primaryPhone")


class _Step(Sparse):
    to: _Contact | None = Field(default=None, alias="shipTo")
    reference: str | None = Field(default=None, alias="shipToReferenceId")


class _Instruction(Sparse):
    kind: str = Field(default="SHIP_TO", alias="fulfillmentInstructionsType")
    latest: AwareDatetime | None = Field(default=None, alias="maxEstimatedDeliveryDate")
    step: _Step = Field(default=_Step(), alias="shippingStep")


class _Cancel(Sparse):
    state: str = Field(default="NONE_REQUESTED", alias="cancelState")


class _Buyer(Sparse):
    username: str | None = None


class _Order(Sparse):
    id: str = Field(alias="orderId")
    created: AwareDatetime = Field(alias="creationDate")
    updated: AwareDatetime = Field(alias="lastModifiedDate")
    fulfillment: str = Field(alias="orderFulfillmentStatus")
    payment: str = Field(alias="orderPaymentStatus")
    cancel: _Cancel = Field(default=_Cancel(), alias="cancelStatus")
    buyer: _Buyer = _Buyer()
    pricing: _Pricing = Field(alias="pricingSummary")
    instructions: list[_Instruction] = Field(
        default_factory=list[_Instruction], alias="fulfillmentStartInstructions"
    )
    lines: list[_Line] = Field(alias="lineItems", min_length=1)


class _Head(Sparse):
    id: str = Field(alias="orderId")
    updated: AwareDatetime = Field(alias="lastModifiedDate")


class _Metadata(Sparse):
    topic: str


class _Notification(Sparse):
    id: str = Field(alias="notificationId")
    data: dict[str, object]


class _Notified(Sparse):
    metadata: _Metadata
    notification: _Notification


# ---------------------------------------------------------------- parsing


def _parse(message: Message, facts: Facts) -> Parsed:
    if message.topic == "order":
        return _order(read(_Order, message.body), facts)
    if message.topic != "ORDER_CONFIRMATION":
        return Ignored(why=f"{message.topic} says nothing about what to ship")
    order_id = _order_id(read(_Notified, message.body).notification.data)
    if order_id is None:
        raise Unreadable("names no order", path="notification.data")
    return OrderToFetch(reference=order_id)


def _order_id(data: object) -> str | None:
    """The first `orderId` in what is nested in the data."""
    if isinstance(data, list):
        return next((found for each in data if (found := _order_id(each))), None)
    if not isinstance(data, dict):
        return None
    own = data.get("orderId")
    if isinstance(own, str) and own:
        return own
    return next((found for each in data.values() if (found := _order_id(each))), None)


def _order(order: _Order, facts: Facts) -> Parsed:
    called_off = _called_off(order)
    if called_off:
        return OrderCancelled(reference=order.id, updated_at=order.updated, reason=called_off)
    why_not = _why_not(order)
    if why_not:
        return Ignored(why=why_not)
    return OrderStated(order=_placed(order, facts), updated_at=order.updated)


def _called_off(order: _Order) -> str | None:
    if order.cancel.state == "CANCELED":
        return "cancelled"
    if order.payment == "FULLY_REFUNDED" and order.fulfillment != "FULFILLED":
        return "refunded"
    return None


def _why_not(order: _Order) -> str | None:
    if order.fulfillment == "FULFILLED":
        return "fulfilled already"
    if order.payment not in _PAID:
        return f"not paid: {order.payment}"
    kinds = [_NOT_OURS.get(instruction.kind) for instruction in order.instructions]
    return next((why for why in kinds if why), None)


def _placed(order: _Order, facts: Facts) -> RawOrder:
    currency = order.pricing.total.currency
    charges = _charges(order, currency)
    instruction = order.instructions[0] if order.instructions else _Instruction()
    return RawOrder(
        channel=facts.channel,
        external_reference=order.id,
        placed_at=order.created.isoformat(),
        currency_code=currency,
        lines=raw_lines(charges.items, currency),
        ship_to=_ship_to(instruction.step),
        customer_reference=order.buyer.username,
        promised_by=instruction.latest.isoformat() if instruction.latest else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
        tags=("cancel-requested",) if order.cancel.state == "IN_PROGRESS" else (),
    )


def _charges(order: _Order, currency: str) -> Charges:
    pricing = order.pricing
    items = tuple(_item(line) for line in order.lines)
    adjusted = _value(pricing.adjustment)
    of_lines = sum((item.merchant_discount for item in items), ZERO)
    of_order = max(abs(_value(pricing.discount)) - of_lines, ZERO) + max(-adjusted, ZERO)
    delivery = _value(pricing.delivery) - abs(_value(pricing.delivery_discount))
    taxes = _value(pricing.tax) + _value(pricing.fee) - sum((item.tax for item in items), ZERO)
    charges = Charges(
        items=shared_out(of_order, items, currency),
        shipping=delivery + max(adjusted, ZERO),
        tax=max(taxes, ZERO),
    )
    return settled(charges, pricing.total.value, currency)


def _value(money: _Money | None) -> Decimal:
    return money.value if money else ZERO


def _item(line: _Line) -> Item:
    left = line.discounted.value if line.discounted else line.cost.value
    return Item(
        sku=line.sku or f"item:{line.variation_id or line.item_id or line.id}",  # a map of SKUs may know it
        quantity=line.quantity,
        price=line.cost.value,
        merchant_discount=line.cost.value - left,
        tax=sum((tax.amount.value for tax in line.taxes), ZERO),
    )


def _ship_to(step: _Step) -> RawShipTo:
    to = step.to
    if to is None or to.address is None:
        raise Unreadable("is missing", path="fulfillmentStartInstructions[0].shippingStep.shipTo")
    address = to.address
    return RawShipTo(
        country_code=address.country.upper(),
        name=cut(joined((to.name, to.company)), 200),
        line1=cut(address.line1, 200),
        line2=cut(joined((step.reference, address.line2)), 200),
        city=cut(address.city, 100),
        region=cut(address.region or address.county, 100),
        postcode=cut(address.postcode, 20),
        phone=cut(to.phone.number, 50),
    )


# ---------------------------------------------------------------- notifications


class _Signature(Sparse):
    kid: str
    signature: str
    alg: str = "ecdsa"
    digest: str = "SHA1"


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    signed = _signature(delivery.headers.get("x-ebay-signature", ""))
    digest = _DIGESTS.get(signed.digest.upper())
    if digest is None or signed.alg.lower() != "ecdsa" or not _KEY_ID.fullmatch(signed.kid):
        raise BadSignature("not an ECDSA signature that eBay makes")
    key = credentials.get(f"key:{signed.kid}")
    if key is None:
        raise UnknownKey(signed.kid)
    try:
        _public_key(key).verify(_decoded(signed.signature), delivery.body, ECDSA(digest()))
    except InvalidSignature:
        raise BadSignature("the signature is wrong") from None


def _signature(header: str) -> _Signature:
    try:
        return read(_Signature, _decoded(header))
    except Unreadable:
        raise BadSignature("the signature is missing or malformed") from None


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadSignature("the signature is no base64") from None


def _public_key(text: str) -> EllipticCurvePublicKey:
    """EBay's PEM comes without its line breaks, so the armour is taken off."""
    try:
        key = load_der_public_key(b64decode(_ARMOUR.sub("", text), validate=True))
    except ValueError:
        raise BadSignature("the public key is malformed") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise BadSignature("the public key is not of an elliptic curve")
    return key


def _messages(delivery: Delivery) -> Sequence[Message]:
    said = read(_Notified, delivery.body)
    return [
        Message(
            topic=said.metadata.topic,
            body=delivery.body,
            delivery_id=said.notification.id,
            reference=_order_id(said.notification.data),
        )
    ]


def _answer(receipt: Receipt) -> HttpAnswer:
    statuses = {Receipt.ACCEPTED: 204, Receipt.REFUSED: 401, Receipt.UNREADABLE: 400, Receipt.NOT_NOW: 503}
    return HttpAnswer(status=statuses[receipt])


def _challenge(delivery: Delivery, credentials: Mapping[str, str]) -> HttpAnswer:
    """EBay tests an address by asking for a hash over its code, the token it was given, and the address."""
    code, token = delivery.query.get("challenge_code", ""), credentials.get("verification_token", "")
    if not code or not token:
        return HttpAnswer(status=400)
    address = delivery.url.partition("?")[0]
    response = sha256(f"{code}{token}{address}".encode()).hexdigest()
    return HttpAnswer(
        status=200,
        headers={"content-type": "application/json"},
        body=orjson.dumps({"challengeResponse": response}),
    )


def _key_request(key_id: str, access: Access) -> HttpRequest:
    path = f"/commerce/notification/v1/public_key/{quote(key_id, safe='')}"
    return HttpRequest(method="GET", path=path, headers=_headers(access))


class _Key(Sparse):
    key: str = Field(min_length=1)


def _read_key(answer: HttpAnswer) -> str:
    return read(_Key, answer.body).key


# ---------------------------------------------------------------- polling


def _headers(access: Access) -> dict[str, str]:
    return {
        "authorization": f"Bearer {access.token or ''}",
        "content-type": "application/json",
        "content-language": str(access.settings.get("contentLanguage", "en-US")),
        "accept": "application/json",
    }


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _pull_request(cursor: Cursor, access: Access) -> HttpRequest:
    field = "lastmodifieddate" if cursor.by is WindowBy.UPDATED else "creationdate"
    query = {
        "filter": f"{field}:[{_time(cursor.since)}..{_time(min(cursor.until, access.now))}]",
        "limit": str(PAGE_MAX),
        "offset": str((_number(cursor) or 1) * PAGE_MAX - PAGE_MAX),
    }
    return HttpRequest(
        method="GET", path=f"/sell/fulfillment/v1/order?{urlencode(query)}", headers=_headers(access)
    )


def _number(cursor: Cursor) -> int | None:
    return int(cursor.page) if cursor.page and cursor.page.isdecimal() else None


class _Orders(Sparse):
    total: int
    orders: list[dict[str, object]]


def _message(order: Mapping[str, object]) -> Message:
    body = written(order)
    head = read(_Head, body)
    return Message(topic="order", body=body, reference=head.id, external_updated_at=head.updated)


def _parse_page(cursor: Cursor, answer: HttpAnswer) -> Page:
    said = read(_Orders, answer.body)
    further = backwards(_number(cursor), -(-said.total // PAGE_MAX))
    return Page(
        messages=[_message(order) for order in said.orders],
        next_page=str(further) if further else None,
        total=said.total,
    )


def _order_request(reference: str, access: Access) -> HttpRequest:
    path = f"/sell/fulfillment/v1/order/{quote(reference, safe='')}"
    return HttpRequest(method="GET", path=path, headers=_headers(access))


def _parse_order(answer: HttpAnswer) -> Message:
    head = read(_Head, answer.body)
    return Message(topic="order", body=answer.body, reference=head.id, external_updated_at=head.updated)


# ---------------------------------------------------------------- stock


def _sku(listing: ListingQuantity) -> str:
    return listing.external_ids.get("sku") or listing.sku


def _post(path: str, requests: Sequence[Mapping[str, object]], access: Access) -> HttpRequest:
    return HttpRequest(
        method="POST",
        path=f"/sell/inventory/v1/{path}",
        headers=_headers(access),
        body=orjson.dumps({"requests": requests}),
    )


def _stock_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(
            request=_post("bulk_update_price_quantity", [_update(each) for each in batch], access),
            listings=batch,
        )
        for batch in parts(listings, BATCH_MAX)
    ]


def _update(listing: ListingQuantity) -> dict[str, object]:
    """The item's quantity, and its offer's, of which the listing shows the smaller."""
    update: dict[str, object] = {
        "sku": _sku(listing),
        "shipToLocationAvailability": {"quantity": listing.quantity},
    }
    offer = listing.external_ids.get("offer_id")
    if offer:
        update["offers"] = [{"offerId": offer, "availableQuantity": listing.quantity}]
    return update


class _Error(Sparse):
    id: int = Field(default=0, alias="errorId")
    message: str = ""


class _Updated(Sparse):
    status: int = Field(alias="statusCode")
    sku: str | None = None
    offer_id: str | None = Field(default=None, alias="offerId")
    errors: list[_Error] = Field(default_factory=list[_Error])


class _Responses(Sparse):
    responses: list[_Updated]


def _read_answer(asked: StockRequest, answer: HttpAnswer) -> Sequence[StockResult]:
    said = read(_Responses, answer.body).responses
    return [_result(listing, [each for each in said if _is_of(each, listing)]) for listing in asked.listings]


def _is_of(said: _Updated, listing: ListingQuantity) -> bool:
    offer = listing.external_ids.get("offer_id")
    return said.sku == _sku(listing) or (offer is not None and said.offer_id == offer)


def _result(listing: ListingQuantity, said: Sequence[_Updated]) -> StockResult:
    """A listing has an answer for its item and one for its offer; both must be good."""
    bad = next((each for each in said if each.status >= 400), None)
    if not said:
        return StockResult(listing_id=listing.listing_id, error="not in the answer", again=True)
    if bad is None:
        return StockResult(listing_id=listing.listing_id, acknowledged=listing.quantity)
    errors = "; ".join(f"{error.id}: {error.message}" for error in bad.errors)
    again = bad.status >= 500 or bad.status == 429
    return StockResult(listing_id=listing.listing_id, error=errors or f"status {bad.status}", again=again)


def _observe_requests(listings: Sequence[ListingQuantity], access: Access) -> Sequence[StockRequest]:
    return [
        StockRequest(
            request=_post("bulk_get_inventory_item", [{"sku": _sku(each)} for each in batch], access),
            listings=batch,
        )
        for batch in parts(listings, BATCH_MAX)
    ]


class _Quantity(Sparse):
    quantity: Held | None = None


class _Availability(Sparse):
    ship_to: _Quantity = Field(default=_Quantity(), alias="shipToLocationAvailability")


class _InventoryItem(Sparse):
    availability: _Availability = _Availability()


class _Got(Sparse):
    sku: str
    status: int = Field(default=200, alias="statusCode")
    item: _InventoryItem = Field(default=_InventoryItem(), alias="inventoryItem")


class _Observed(Sparse):
    responses: list[_Got]


# Not let in, or too fast: it says nothing of the item.
_SAYS_NOTHING = frozenset({401, 403, 429})


def _read_observed(asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    said = read(_Observed, answer.body).responses
    if any(each.status >= 500 or each.status in _SAYS_NOTHING for each in said):
        raise Unreadable("not all of it was answered", path="responses")
    had = {each.sku: each.item.availability.ship_to.quantity for each in said}
    return {
        listing.listing_id: quantity
        for listing in asked.listings
        if (quantity := had.get(_sku(listing))) is not None
    }


# ---------------------------------------------------------------- access


def _token_request(access: Access) -> HttpRequest:
    pair = f"{access.credentials['client_id']}:{access.credentials['client_secret']}"
    asked = {"grant_type": "refresh_token", "refresh_token": access.credentials["refresh_token"]}
    return HttpRequest(
        method="POST",
        path="/identity/v1/oauth2/token",
        headers={
            "authorization": f"Basic {b64encode(pair.encode()).decode()}",
            "content-type": "application/x-www-form-urlencoded",
        },
        body=urlencode(asked).encode(),
    )


class _TokenAnswer(Sparse):
    access_token: str
    expires_in: float


def _read_token(answer: HttpAnswer) -> Token:
    said = read(_TokenAnswer, answer.body)
    return Token(value=said.access_token, expires_in_s=said.expires_in)


EBAY = Adapter(
    platform="ebay",
    name="eBay",
    parse=_parse,
    endpoint="https://api.ebay.com",
    credentials=(
        CredentialField(name="client_id", description="The application's App ID."),
        CredentialField(name="client_secret", description="The application's Cert ID."),
        CredentialField(name="refresh_token", description="What the seller's consent gave."),
        CredentialField(
            name="verification_token",
            description="32 to 80 characters that eBay was told with the address of notifications.",
            required=False,
        ),
    ),
    webhook=Webhook(
        verify=_verify,
        messages=_messages,
        answer=_answer,
        answer_within_s=3,
        challenge=_challenge,
        key_request=_key_request,
        read_key=_read_key,
    ),
    pull=Pull(
        pull_request=_pull_request,
        parse_page=_parse_page,
        interval_s=300,
        overlap_s=300,
        window_max_s=30 * 86_400,
        order_request=_order_request,
        parse_order=_parse_order,
    ),
    stock=Stock(
        stock_requests=_stock_requests,
        read_answer=_read_answer,
        batch_max=BATCH_MAX,
        per_second=5,
        observe_requests=_observe_requests,
        read_observed=_read_observed,
    ),
    token=TokenFormat(token_request=_token_request, read_token=_read_token),
)
