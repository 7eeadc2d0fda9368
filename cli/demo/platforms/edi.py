"""EDI: dealers order by X12 850, several orders an interchange, through a gateway that signs the bytes.

Source: ASC X12 004010 850, as in stedi.com/edi/x12-004010/850; X12.5 for the envelope.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zlib import crc32
from zoneinfo import ZoneInfo

from standardwebhooks.webhooks import Webhook

from cli.demo.platforms.shape import Platform, Post, Telling, decimal, discount_minor, paid_minor
from cli.replaying.shape import Line, PlaceOrderInput

SECRET: Final = "whsec_bWlsbHJhY2UtZGVtby1kZWFsZXJzLXNlY3JldC0wMQ=="  # noqa: S105 -- of a platform that is played
DEALERS: Final = ZoneInfo("America/Chicago")  # X12 names no offset: all times are the partner's
TOGETHER_MAX: Final = 25
_PURPOSES: Final = {Telling.PLACED: "00", Telling.BESIDE: "05", Telling.CANCELLED: "01"}


def _write(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime, _url: str) -> Post:
    body = _interchange(telling, orders, at.astimezone(DEALERS)).encode()
    message_id = f"edi_{crc32(body):08x}"
    return Post(
        headers={
            "content-type": "application/edi-x12",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(message_id, at, body.decode()),
        },
        body=body,
    )


def _interchange(telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime) -> str:
    control = crc32(f"{orders[0]['externalReference']}{telling}".encode()) % 10**9
    sender, receiver = "MILLRACEDEALERS".ljust(15), "FOREBAY".ljust(15)
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender}*ZZ*{receiver}*{at:%y%m%d}*{at:%H%M}*U*00401*{control:09}*0*P*>"
    gs = f"GS*PO*MILLRACEDEALERS*FOREBAY*{at:%Y%m%d}*{at:%H%M%S}*{control}*X*004010"
    sets = [
        segment
        for number, order in enumerate(orders, start=1)
        for segment in _set(telling, order, f"{number:04}")
    ]
    ends = [f"GE*{len(orders)}*{control}", f"IEA*1*{control:09}"]
    return "".join(f"{segment}~" for segment in [isa, gs, *sets, *ends])


def _set(telling: Telling, order: PlaceOrderInput, number: str) -> list[str]:
    placed = datetime.fromisoformat(order["placedAt"]).astimezone(DEALERS)
    segments = [
        f"ST*850*{number}",
        f"BEG*{_PURPOSES[telling]}*SA*{order['externalReference']}**{placed:%Y%m%d}",
        *([] if telling is Telling.CANCELLED else _content(order)),
    ]
    return [*segments, f"SE*{len(segments) + 1}*{number}"]


def _content(order: PlaceOrderInput) -> Iterator[str]:
    to, customer = order["shipTo"], order.get("customerReference", "")
    yield f"CUR*BY*{order['currencyCode']}"
    if "promisedBy" in order:
        promised = datetime.fromisoformat(order["promisedBy"]).astimezone(DEALERS)
        yield f"DTM*063*{promised:%Y%m%d}*{promised:%H%M%S}"
    yield f"N1*BY**92*{customer}"
    yield f"N1*ST**92*{customer}"
    yield f"N4*{to.get('city', '')}*{to.get('region', '')}*{to.get('postcode', '')}*{to['countryCode']}"
    for at, line in enumerate(order["lines"], start=1):
        yield from _line(line, at)
    yield f"CTT*{len(order['lines'])}*{sum(line['quantity'] for line in order['lines'])}"
    yield f"AMT*TT*{decimal(paid_minor(order))}"


def _line(line: Line, at: int) -> Iterator[str]:
    yield f"PO1*{at}*{line['quantity']}*EA*{line['unitPrice']}**VN*{line['sku']}"
    if off := discount_minor(line):
        yield f"SAC*A*C310***{off}"  # two decimals, without the mark


EDI = Platform(
    name="EDI X12",
    credentials={"secret": SECRET},
    write=_write,
    together_max=TOGETHER_MAX,
)
