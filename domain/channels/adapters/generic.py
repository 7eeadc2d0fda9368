"""Any system that can sign JSON or CSV: orders in the format of docs/order-format.md, by Standard Webhooks.

A body is `{"type": "order.placed" | "order.updated" | "order.cancelled", "data": {...}}`. Placed and updated
both state the whole order as it now is; other types are ignored. Files of orders come as CSV: see `generic_csv.py`.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson
from pydantic import AwareDatetime, Field

from domain.channels.adapters.contract import (
    Adapter,
    BadSignature,
    CredentialField,
    Delivery,
    Facts,
    HttpAnswer,
    Ignored,
    Message,
    OrderCancelled,
    OrderStated,
    Parsed,
    Receipt,
    Webhook,
)
from domain.channels.adapters.generic_csv import ROWS, csv_messages, parse_rows
from domain.channels.adapters.generic_stock import GENERIC_STOCK
from domain.channels.adapters.reading import Identifier, Stated, read
from domain.channels.raw_order import RawLine, RawOrder, RawShipTo

TOLERANCE = timedelta(minutes=5)
CANCELLED = "order.cancelled"
STATED = ("order.placed", "order.updated")
_SECRETS = ("secret", "previous_secret")


class _Named(Stated):
    external_id: Identifier
    updated_at: AwareDatetime | None = None


class _Cancelled(_Named):
    reason: str = ""


class _ShipTo(Stated):
    country: str
    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    phone: str | None = None
    lat: float | None = None
    lon: float | None = None


class _Line(Stated):
    sku: str
    qty: int = Field(strict=True)
    unit_price: str
    discount: str | None = None
    platform_discount: str | None = None
    tax: str | None = None

    def raw(self) -> RawLine:
        return RawLine(
            sku=self.sku,
            quantity=self.qty,
            unit_price=self.unit_price,
            merchant_discount=self.discount,
            platform_discount=self.platform_discount,
            tax=self.tax,
        )


class _Order(_Named):
    placed_at: str
    currency: str
    lines: tuple[_Line, ...]
    ship_to: _ShipTo
    customer_ref: str | None = None
    priority: str | None = None
    promised_by: str | None = None
    stock_policy: str | None = None
    split_policy: str | None = None
    max_shipments: int | None = Field(None, strict=True)
    shipping: str | None = None
    tax: str | None = None
    tags: tuple[str, ...] = ()

    def raw(self, channel: str) -> RawOrder:
        to = self.ship_to
        return RawOrder(
            channel=channel,
            external_reference=self.external_id,
            placed_at=self.placed_at,
            currency_code=self.currency,
            lines=tuple(line.raw() for line in self.lines),
            ship_to=RawShipTo(
                country_code=to.country,
                name=to.name,
                line1=to.line1,
                line2=to.line2,
                city=to.city,
                region=to.region,
                postcode=to.postcode,
                phone=to.phone,
                latitude=to.lat,
                longitude=to.lon,
            ),
            customer_reference=self.customer_ref,
            priority=self.priority,
            promised_by=self.promised_by,
            stock_policy=self.stock_policy,
            split_policy=self.split_policy,
            max_shipments=self.max_shipments,
            shipping=self.shipping,
            tax=self.tax,
            tags=self.tags,
        )


class _Typed(Stated):
    type: str


class _SomeOrder(_Typed):
    data: _Named


class _WholeOrder(_Typed):
    data: _Order


class _CancelledOrder(_Typed):
    data: _Cancelled


def verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    """Whether one of the channel's secrets signed id, time and body, not longer ago than TOLERANCE."""
    message_id = delivery.headers.get("webhook-id", "")
    told = delivery.headers.get("webhook-timestamp", "")
    if not message_id or not _is_recent(told, delivery.received_at):
        raise BadSignature("webhook-id or webhook-timestamp is missing, malformed or too far from now")
    given = [word.encode() for word in delivery.headers.get("webhook-signature", "").split(" ")]
    for secret in _secrets(credentials):
        expected = _signature(secret, message_id, int(told), delivery.body)
        if any(hmac.compare_digest(expected, each) for each in given):
            return
    raise BadSignature("no signature matches")


def _is_recent(told: str, now: datetime | None) -> bool:
    if now is None or not (told.isascii() and told.isdecimal() and len(told) <= 11):
        return False
    return abs(now - datetime.fromtimestamp(int(told), tz=UTC)) <= TOLERANCE


def _secrets(credentials: Mapping[str, str]) -> Iterator[bytes]:
    for name in _SECRETS:
        try:
            key = b64decode(credentials.get(name, "").removeprefix("whsec_"), validate=True)
        except ValueError:  # no base64: nothing can have been signed with it
            continue
        if key:
            yield key


def _signature(key: bytes, message_id: str, told_s: int, body: bytes) -> bytes:
    """The signature of bytes, whatever text they are, if any."""
    try:
        signed = f"{message_id}.{told_s}.".encode() + body
    except UnicodeError:
        raise BadSignature("webhook-id is no text") from None
    return b"v1," + b64encode(hmac.new(key, signed, sha256).digest())


def messages(delivery: Delivery) -> Sequence[Message]:
    """The one message of a delivery."""
    topic = read(_Typed, delivery.body).type
    named = read(_SomeOrder, delivery.body).data if topic in (*STATED, CANCELLED) else None
    return [
        Message(
            topic=topic,
            body=delivery.body,
            delivery_id=delivery.headers.get("webhook-id"),
            reference=named.external_id if named else None,
            external_updated_at=named.updated_at if named else None,
        )
    ]


def parse(message: Message, facts: Facts) -> Parsed:
    topic = read(_Typed, message.body).type
    if topic == ROWS:
        return parse_rows(message.body, facts)
    if topic == CANCELLED:
        gone = read(_CancelledOrder, message.body).data
        return OrderCancelled(reference=gone.external_id, updated_at=gone.updated_at, reason=gone.reason)
    if topic not in STATED:
        return Ignored(why=f"Nothing follows from {topic}.")
    order = read(_WholeOrder, message.body).data
    return OrderStated(order=order.raw(facts.channel), updated_at=order.updated_at)


_ANSWERS: Mapping[Receipt, tuple[int, str]] = {
    Receipt.ACCEPTED: (200, "archived"),
    Receipt.REFUSED: (401, "the signature is not right"),
    Receipt.UNREADABLE: (400, "this is no order message"),
    Receipt.NOT_NOW: (503, "send it again later"),
}


def answer(receipt: Receipt) -> HttpAnswer:
    status, said = _ANSWERS[receipt]
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json"},
        body=orjson.dumps({"receipt": receipt, "message": said}),
    )


GENERIC = Adapter(
    platform="generic",
    name="Signed JSON or CSV (Standard Webhooks)",
    parse=parse,
    credentials=(
        CredentialField(name="secret", description="What bodies are signed with: whsec_ and base64."),
        CredentialField(
            name="previous_secret", description="The one before, while both are in use.", required=False
        ),
    ),
    stock=GENERIC_STOCK,
    webhook=Webhook(
        verify=verify, messages=messages, file_messages=csv_messages, answer=answer, answer_within_s=15
    ),
)
