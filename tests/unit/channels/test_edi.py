"""EDI: what an 850 and an ORDERS say, interchanges of many orders, faults with segment and position."""

import hmac
import random
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.channels.adapters.contract import (
    BadSignature,
    Delivery,
    Facts,
    Ignored,
    Message,
    OrderCancelled,
    OrderStated,
    Unreadable,
)
from domain.channels.adapters.edi import EDI
from domain.orders.incoming import InvalidOrder, parse_order
from tests.recorded.edi import (
    SECRET,
    cancel_body,
    edifact,
    edifact_cancellation,
    edifact_message,
    order_body,
    sign,
    x12,
    x12_set,
)

INSTEAD = ("", "x", "0", "-1", "1e9", "9" * 40, "٣", "20261340", "\x00", "NaN", "ü" * 500, "00", "A?", ":::")
NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def facts(**settings: Any) -> Facts:
    return Facts(channel="edi", currency="USD", timezone="America/New_York", settings=settings)


def messages(body: bytes) -> list[Message]:
    assert EDI.webhook
    return list(EDI.webhook.messages(Delivery(headers={}, query={}, body=body)))


def order(body: bytes, **settings: Any) -> OrderStated:
    [message] = messages(body)
    parsed = EDI.parse(message, facts(**settings))
    assert isinstance(parsed, OrderStated), parsed
    return parsed


def path(body: bytes, **settings: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        read_all(body, **settings)
    return caught.value.path


def read_all(body: bytes, **settings: Any) -> None:
    for message in messages(body):
        EDI.parse(message, facts(**settings))


def replaced(body: bytes, old: str, new: str, *, removed: int = 0) -> bytes:
    """The body with that part replaced, and its set's count of segments lower by so many."""
    text = body.decode()
    assert old in text
    text = text.replace(old, new, 1)
    for count in (f"SE*{17}*", "UNT+24+"):
        tag, mark, number = (count[:2], "*", 17) if count.startswith("SE") else ("UNT", "+", 24)
        text = text.replace(count, f"{tag}{mark}{number - removed}{mark}")
    return text.encode()


@pytest.mark.parametrize(
    ("body", "currency", "town"),
    [(order_body("PO-1", 0), "USD", "Cleveland"), (edifact(edifact_message("PO-1")), "EUR", "Kiel")],
    ids=["x12", "edifact"],
)
def test_both_say_the_same_order(body: bytes, currency: str, town: str) -> None:
    incoming = parse_order(order(body).order, now=NOW)
    assert (incoming.external_reference, incoming.currency, incoming.ship_to.city) == ("PO-1", currency, town)
    said = {line.sku: (line.quantity, line.unit_price_minor) for line in incoming.lines}
    assert said == {
        "MUG-1": (2, 1250),
        "TEA-2": (12, 223),
    }  # 26.70 for a dozen: 2.225 each, six cents given back
    lines = order(body).order.lines
    paid = sum(
        Decimal(each.unit_price) * each.quantity - Decimal(each.merchant_discount or 0) for each in lines
    )
    assert paid + Decimal(order(body).order.shipping or 0) == Decimal("55.70")
    assert incoming.shipping_minor == 490
    assert incoming.promised_by


@pytest.mark.parametrize(
    "body",
    [
        replaced(order_body("PO-1", 0), "N1*BY*", "SAC*A*C310***3000~N1*BY*", removed=-1).replace(b"55.70", b"25.70"),
        replaced(edifact(edifact_message("PO-1")), "LIN+1", "ALC+A'MOA+8:30.00'LIN+1", removed=-2).replace(b"55.70", b"25.70"),
    ],
    ids=["x12", "edifact"],
)  # fmt: skip
def test_an_allowance_on_the_whole_order_may_be_more_than_its_dearest_line(body: bytes) -> None:
    incoming = parse_order(order(body).order, now=NOW)
    # 30.00 of 25.00 and 25.80; the second has 0.90 off already, and six cents of rounding
    assert [line.merchant_discount_minor for line in incoming.lines] == [1476, 1524 + 90 + 6]


def test_times_are_in_the_channels_zone() -> None:
    said = order(order_body("PO-1", 30))
    assert said.updated_at
    assert said.updated_at.isoformat() == "2026-11-20T08:30:00-05:00"
    assert said.order.promised_by == "2026-11-27T23:59:59-05:00"


def test_names_keep_their_letters() -> None:
    whole = edifact(edifact_message("PO-1"))
    assert order(whole).order.ship_to.name == "Nordm'arkte Filiale 17"
    old = whole.decode().replace("Nordm?'arkte", "Märkte").encode("latin-1")
    assert order(old).order.ship_to.name == "Märkte Filiale 17"


def test_una_within_a_text_hides_nothing() -> None:
    text = edifact(edifact_message("PO-1"), una="").decode().replace(",", ".")
    assert order(text.replace("Hafenstrasse 4", "?'UNA Haus").encode()).order.external_reference == "PO-1"


@pytest.mark.parametrize("marks", ["|\n", "^\x1c"])
def test_x12_is_read_by_its_own_marks(marks: str) -> None:
    text = order_body("PO-1", 0).decode().translate({ord("*"): marks[0], ord("~"): marks[1]})
    assert order(text.encode()) == order(order_body("PO-1", 0))
    assert order(order_body("PO-1", 0).replace(b"~", b"~\r\n")) == order(order_body("PO-1", 0))


def test_lines_need_no_end_of_the_last_but_all_of_it() -> None:
    lines = order_body("PO-1", 0).replace(b"~", b"\n").rstrip()
    assert order(lines) == order(order_body("PO-1", 0))
    assert path(lines[:-1]) == "IEA[21]"


def test_an_interchange_carries_many_orders_and_a_broken_one_costs_no_other() -> None:
    broken = x12_set("PO-2", number=2).replace("SE*17", "SE*16")
    found = messages(x12(x12_set("PO-1"), broken, x12_set("PO-3", number=3)))
    assert [each.reference for each in found] == ["PO-1", "PO-2", "PO-3"]
    assert len({each.delivery_id for each in found}) == 3
    assert isinstance(EDI.parse(found[0], facts()), OrderStated)
    with pytest.raises(Unreadable) as caught:
        EDI.parse(found[1], facts())
    assert caught.value.path == "SE[19]"
    assert isinstance(EDI.parse(found[2], facts()), OrderStated)

    found = messages(edifact(edifact_message("PO-1"), edifact_message("PO-2", number=2)))
    assert [each.reference for each in found] == ["PO-1", "PO-2"]
    assert all(isinstance(EDI.parse(each, facts()), OrderStated) for each in found)


def test_a_repeat_is_known_and_a_number_used_twice_loses_nothing() -> None:
    first, again = messages(x12(x12_set("PO-1"))), messages(x12(x12_set("PO-1")))
    other = messages(x12(x12_set("PO-2")))
    assert first[0].delivery_id == again[0].delivery_id != other[0].delivery_id
    assert "000000001" in (first[0].delivery_id or "")


@pytest.mark.parametrize(
    "body",
    [
        cancel_body("PO-1", 0),
        cancel_body("PO-1", 0).replace(b"*850*", b"*860*").replace(b"BEG*", b"BCH*"),
        edifact(edifact_message("PO-1", function="1")),
        edifact(edifact_cancellation("PO-1")),
    ],
    ids=["850", "860", "ORDERS", "ORDCHG"],
)
def test_cancellations(body: bytes) -> None:
    [message] = messages(body)
    gone = EDI.parse(message, facts())
    assert isinstance(gone, OrderCancelled)
    assert gone.reference == message.reference == "PO-1"


def test_a_change_that_names_no_order_cancels_none() -> None:
    body = edifact_cancellation("", change="CHANGE-7")
    [message] = messages(edifact(body))
    assert message.reference is None
    with pytest.raises(Unreadable, match=r"BGM.*names no order \(RFF ON\)"):
        EDI.parse(message, facts())


def test_tests_are_not_shipped() -> None:
    for body in (x12(x12_set("PO-1"), usage="T"), edifact(edifact_message("PO-1"), test="++++++1")):
        [message] = messages(body)
        assert isinstance(EDI.parse(message, facts()), Ignored)
        assert isinstance(EDI.parse(message, facts(acceptTests=True)), OrderStated)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("~IEA*1", "~IEA*2", "IEA[21]"),
        ("~GE*1*", "~GE*2*", "GE[20]"),
        ("*0*P*>~", "*0P*> ~", "ISA[1]"),
        ("BEG*00", "BEG*04", "BEG01[4]"),
        ("PO1*1*2*EA", "PO1*1*2*CA", "PO1[13]"),
        ("PO1*1*2*", "PO1*1*1.5*", "PO102[13]"),
        ("PO1*1*2*", "PO1*1*0*", "PO102[13]"),
        ("12.5*PE", "12.5*SR", "PO105[13]"),
        ("12.5*PE", "NaN*PE", "PO104[13]"),
        ("*12.5*PE", "**", "PO1[13]"),
        ("*VN*MUG-1*UP*012345678905", "*IN*77", "PO1[13]"),
        ("CTT*2", "CTT*3", "CTT01[17]"),
        ("CTT*2*3", "CTT*2*4", "CTT02[17]"),
        ("55.70", "55.00", "total"),
        ("N1*ST", "N1*SF", "BEG[4]"),
        ("DTM*063*20261127", "DTM*063*20261327", "DTM[7]"),
        ("SAC*C*D240", "SAC*C*F050", "SAC02[8]"),
        ("REF*DP*038", "SDQ*EA*92*1*2", "SDQ[6]"),
    ],
)
def test_faults_of_x12_are_told_with_segment_and_position(old: str, new: str, where: str) -> None:
    assert path(replaced(order_body("PO-1", 0), old, new)) == where


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("UNZ+1", "UNZ+2", "UNZ[26]"),
        ("UNT+24", "UNT+23", "UNT[24]"),
        ("+9'\nDTM", "+4'\nDTM", "BGM03[2]"),
        ("QTY+21:2:PCE", "QTY+21:2:CT", "QTY[13]"),
        ("QTY+21:2:PCE", "QTY+12:2:PCE", "LIN[11]"),
        ("PRI+AAA:12,50", "PRI+AAA:x", "PRI01[14]"),
        ("NAD+DP", "NAD+II", "NAD[5]"),  # the buyer is asked instead, and has no address
        ("CNT+2:2", "CNT+2:3", "CNT01[23]"),
        ("MOA+86:55.70", "MOA+86:55.00", "total"),
    ],
)
def test_faults_of_edifact_are_told_with_segment_and_position(old: str, new: str, where: str) -> None:
    assert path(replaced(edifact(edifact_message("PO-1")), old, new)) == where


def test_settings_say_what_a_partner_leaves_out() -> None:
    body = replaced(order_body("PO-1", 0), "PO1*1*2*EA*12.5*PE", "PO1*1*2*CA*150*")
    body = body.replace(b"AMT*TT*55.70", b"AMT*TT*330.70")
    assert order(body, unitsPer={"CA": 12}).order.lines[0].quantity == 24
    bare = replaced(
        order_body("PO-1", 0), "N3*2100 Harbor Road*Dock 4~N4*Cleveland*OH*44114*US~", "", removed=2
    )
    assert path(bare) == "N1[10]"
    dock: Mapping[str, Any] = {"line1": "2100 Harbor Road", "city": "Cleveland", "country": "US"}
    assert order(bare, locations={"N-017": dock}).order.ship_to.city == "Cleveland"
    free = body.replace(b"*150*", b"**").replace(b"330.70", b"30.70")
    assert order(free, unitsPer={"CA": 12}, pricesByAgreement=True).order.lines[0].unit_price == "0.00"
    assert order(order_body("PO-1", 0), skuQualifiers=["UP", "VN"]).order.lines[0].sku == "012345678905"


def test_a_signature_is_of_bytes_whatever_text_they_are() -> None:
    assert EDI.webhook
    body = edifact(edifact_message("PO-1")).decode().replace("Nordm?'arkte", "Märkte").encode("latin-1")
    signed = sign(b"x", "d-1")
    key = b64decode(SECRET.removeprefix("whsec_"))
    told = signed.headers["webhook-timestamp"].encode()
    mark = b64encode(hmac.new(key, b"d-1." + told + b"." + body, "sha256").digest()).decode()
    headers = {**signed.headers, "webhook-signature": f"v1,{mark}"}
    EDI.webhook.verify(
        Delivery(headers=headers, query={}, body=body, received_at=signed.received_at), {"secret": SECRET}
    )


def test_a_fixed_header_is_enough_where_it_was_agreed() -> None:
    assert EDI.webhook
    bare = Delivery(headers={"authorization": "Basic ZTpk"}, query={}, body=b"", received_at=NOW)
    EDI.webhook.verify(bare, {"authorization": "Basic ZTpk"})
    for credentials in ({"authorization": "Basic ZTpl"}, {"secret": SECRET}, {}):
        with pytest.raises(BadSignature):
            EDI.webhook.verify(bare, credentials)


@pytest.mark.parametrize(
    ("whole", "end", "between"),
    [(order_body("PO-1", 0), "~", "*"), (edifact(edifact_message("PO-1")), "'\n", "+")],
    ids=["x12", "edifact"],
)
def test_a_changed_interchange_is_read_or_refused(whole: bytes, end: str, between: str) -> None:
    dice = random.Random(7)
    told = {"read": 0, "refused": 0}
    for _ in range(1_500):
        segments = whole.decode().split(end)
        at = dice.randrange(len(segments))
        parts = segments[at].split(between)
        parts[dice.randrange(len(parts))] = dice.choice(INSTEAD)
        segments[at : at + 1] = dice.choice(([], [segments[at]] * 2, [between.join(parts)]))
        body = end.join(segments).encode(errors="replace")
        try:
            for message in messages(body):
                parsed = EDI.parse(message, facts(country="US"))
                if isinstance(parsed, OrderStated):
                    parse_order(parsed.order, now=NOW)
            told["read"] += 1
        except (Unreadable, InvalidOrder):
            told["refused"] += 1
    assert min(told.values()) > 100
