"""EDIFACT: interchanges split into messages, and what ORDERS says as an order.

Segments are read by pydifact, one at a time, so that a fault has its position; it is not given whole texts, in
which it would look for a UNA and forget what stands before it. BGM 1225 says whether a message states the whole
order (9 original, 5 replacement, 7 duplicate, 31 copy) or cancels it (1); so does ORDCHG, as far as it cancels. Its
BGM has a number of its own: the order it changes is named by RFF ON.

Source: UN/EDIFACT D.96A and D.01B ORDERS, https://service.unece.org/trade/untdid/d96a/trmd/orders_s.htm, and ORDCHG;
ISO 9735 for UNA, UNB, UNH, UNT, UNZ.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise, takewhile

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser, TokenIterator
from pydifact.tokenizer import Tokenizer

from domain.channels.adapters.contract import (
    Facts,
    Ignored,
    Message,
    OrderCancelled,
    OrderStated,
    Parsed,
    Unreadable,
)
from domain.channels.adapters.edi_segments import (
    Place,
    Segment,
    Stated,
    article,
    as_text,
    moment,
    pieces,
    price_of,
    raw_order,
)
from domain.channels.adapters.lines import Item

SKU_QUALIFIERS = ("SA", "SRV", "EN", "UP")  # SA: the supplier's own, in PIA
WHOLE, CANCELLED = frozenset({"9", "5", "7", "31"}), frozenset({"1"})
BLANKET = frozenset({"221"})  # BGM 1001: ships by its call-offs
NET, GROSS = "AAA", "AAB"
_DEFAULT = "UNA:+.? '"
_TIMES = frozenset({"101", "102", "201", "203", "204"})  # DTM 2379
_PROMISED = ("63", "2", "69")  # deliver no later, as asked, as promised
_FREIGHT = frozenset({"FC", "DL"})
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Marks:
    una: str  # as it was sent; empty: none was
    characters: str  # UNA's nine

    @property
    def end(self) -> str:
        return self.characters[8]

    @property
    def release(self) -> str:
        return self.characters[6]


def edifact_messages(body: bytes) -> list[Message]:
    """The messages of an interchange, each with the header it stands under.

    Raises:
        Unreadable: the envelope is not whole: its trailer is missing or counts something else.
    """
    text, marks = marked(body)
    texts = split(text, marks)
    unb, unz = segment_of(texts[0], marks, 1), segment_of(texts[-1], marks, len(texts))
    if unb.tag != "UNB":
        raise unb.wrong("an interchange begins with UNB")
    tags = [part.strip()[:3] for part in texts]
    starts = [at for at, tag in enumerate(tags) if tag == "UNH"]
    grouped = "UNG" in tags
    if unz.tag != "UNZ" or unz.text(2) != unb.needed(5):
        raise unz.wrong(f"the interchange {unb.text(5)} must end with UNZ")
    if unz.count(1) != (tags.count("UNG") if grouped else len(starts)):
        raise unz.wrong(f"the interchange has {len(starts)} messages")
    ends = [at for at, tag in enumerate(tags) if tag in ("UNE", "UNZ", "UNG", "UNH")]
    return [
        _message(unb, texts[0], texts[start : ends[bisect_right(ends, start)]], marks) for start in starts
    ]


def marked(body: bytes) -> tuple[str, Marks]:
    text = as_text(body).lstrip()
    if text.startswith("UNA") and len(text) > 9:
        una, text = text[:9], text[9:].lstrip()
        if len({una[3], una[4], una[8]}) != 3 or any(mark.isalnum() for mark in una[3:9]):
            raise Unreadable("its marks must differ", path="UNA[0]")
        return text, Marks(una, una)
    if not text.startswith("UNB"):
        raise Unreadable("an interchange begins with UNA or UNB", path="[1]")
    return text, Marks("", _DEFAULT)


def split(text: str, marks: Marks) -> list[str]:
    """The segments' texts, each with its mark; released marks are text."""
    end, release = re.escape(marks.end), re.escape(marks.release)
    released = rf"{release}.|" if marks.release != " " else ""
    part = re.compile(rf"(?:{released}[^{end}{release if released else ''}])*{end}", re.DOTALL)
    found, at = [], 0
    while (match := part.match(text, at)) is not None:
        found.append(match[0])
        at = match.end()
    if text[at:].strip() or not found:
        raise Unreadable("the text ends within a segment", path=f"[{len(found) + 1}]")
    return found


def segment_of(text: str, marks: Marks, at: int) -> Segment:
    una = marks.characters
    if marks.release == " ":  # none: what is no character of any text releases nothing
        una = una[:6] + "\x00" + una[7:]
    try:
        tokens = Tokenizer().get_tokens(text.lstrip(), Characters.from_str(una))
        tag, *elements = next(Parser().convert_tokens_to_raw_segments(TokenIterator(tokens)))
    except (EDISyntaxError, StopIteration, ValueError) as odd:
        raise Unreadable(f"is no segment: {odd}", path=f"[{at}]") from None
    return Segment(
        tag=tag if isinstance(tag, str) else str(tag[0]),
        elements=tuple((each,) if isinstance(each, str) else tuple(each) for each in elements),
        at=at,
    )


def _message(unb: Segment, header: str, texts: Sequence[str], marks: Marks) -> Message:
    body = (marks.una + header.lstrip() + "".join(texts)).encode()
    unh = segment_of(texts[0], marks, 1)
    names = (unb.text(2), unb.text(2, 2), unb.text(4), unb.text(4, 2), unb.text(5), unh.text(1))
    return Message(
        topic=unh.text(2) or "UNH",
        body=body,
        # Control numbers begin anew one day, and some partners never count: what differs is no repeat.
        delivery_id=f"{':'.join(names)}:{sha256(body).hexdigest()[:16]}",
        reference=_named(texts, marks, is_change=unh.text(2) == "ORDCHG"),
    )


def _named(texts: Sequence[str], marks: Marks, *, is_change: bool) -> str | None:
    """The order that the message is about, as far as its head names one."""
    naming = ("BGM", "RFF") if is_change else ("BGM",)
    head = takewhile(lambda text: not text.lstrip().startswith("LIN"), texts)
    found = [
        segment_of(text, marks, at) for at, text in enumerate(head, 1) if text.lstrip().startswith(naming)
    ]
    bgm = next((each.text(2) for each in found if each.tag == "BGM"), "")
    return (_changed(found) if is_change else bgm) or None


def _changed(head: Iterable[Segment]) -> str:
    """The order that a change names beside its own number; empty: none."""
    named = (each.text(1, 2) for each in head if each.tag == "RFF" and each.text(1) == "ON")
    return next(filter(None, named), "")


# ---------------------------------------------------------------- what a message says


def parse_edifact(body: bytes, facts: Facts) -> Parsed:
    """What one message says, with the header it stands under.

    Raises:
        Unreadable: it is not whole, or not an order that can be booked.
    """
    text, marks = marked(body)
    unb, *segments = [segment_of(part, marks, at) for at, part in enumerate(split(text, marks))]
    if unb.tag != "UNB" or len(segments) < 2 or segments[0].tag != "UNH":
        raise unb.wrong("a message comes with UNB and UNH, and ends with UNT")
    unh, unt = segments[0], segments[-1]
    if unt.tag != "UNT" or unt.text(2) != unh.text(1) or unt.count(1) != len(segments):
        raise unt.wrong(f"message {unh.text(1)} must end with UNT, and has {len(segments)} segments")
    if unb.text(11) == "1" and facts.settings.get("acceptTests") is not True:
        return Ignored(why="It is a test: UNB 0035 is 1.")
    if unh.text(2) not in ("ORDERS", "ORDCHG"):
        return Ignored(why=f"Nothing follows from {unh.text(2)}.")
    return _order(unb, segments[1:-1], facts, is_change=unh.text(2) == "ORDCHG")


def _order(unb: Segment, segments: Sequence[Segment], facts: Facts, *, is_change: bool) -> Parsed:
    bgm = next((each for each in segments if each.tag == "BGM"), None)
    if bgm is None:
        raise unb.wrong("the message has no BGM")
    updated = moment(unb.needed(4) + unb.text(4, 2), facts, unb)
    if bgm.text(3) in CANCELLED:
        named = _changed(takewhile(lambda each: each.tag != "LIN", segments)) if is_change else bgm.needed(2)
        if not named:
            raise bgm.wrong("names no order (RFF ON)")
        return OrderCancelled(reference=named, updated_at=updated, reason="BGM 1225 1")
    if is_change:
        raise bgm.wrong("changes other than a cancellation are not read; ORDERS may replace the order", 3)
    if (bgm.text(3) or "9") not in WHOLE:
        raise bgm.wrong(f"{bgm.text(3)!r} does not state the whole order", 3)
    if bgm.text(1) in BLANKET:
        return Ignored(why="A blanket order ships by its call-offs.")
    head, lines, foot = _parts(segments, bgm)
    shipping, discount = _allowances(head)
    stated = Stated(
        reference=bgm.needed(2),
        placed_at=_time(head, ("137", "4"), facts) or updated,
        promised_by=_time(head, _PROMISED, facts, latest=True),
        currency=next((each.text(1, 2) for each in head if each.tag == "CUX"), "") or facts.currency,
        items=[_item(line, facts) for line in lines],
        place=_place(head, bgm),
        customer=next((each.text(2) or each.text(4) for each in head if _is_party(each, "BY")), ""),
        shipping=shipping,
        tax=_money(foot, "124", "176") or _ZERO,
        discount=discount,
        total=_money(foot, "86", "128", "139", "77"),
    )
    for cnt in foot:
        if cnt.tag == "CNT" and cnt.text(1) == "2" and cnt.count(1, 2) != len(lines):
            raise cnt.wrong(f"there are {len(lines)} lines", 1)
    return OrderStated(order=raw_order(stated, facts), updated_at=updated)


def _parts(
    segments: Sequence[Segment], bgm: Segment
) -> tuple[Sequence[Segment], list[Sequence[Segment]], Sequence[Segment]]:
    """What is before the lines, each line, and what is after UNS."""
    starts = [at for at, each in enumerate(segments) if each.tag == "LIN"]
    if not starts:
        raise bgm.wrong("the message has no LIN")
    last = next(
        (at for at, each in enumerate(segments) if each.tag == "UNS" and at > starts[-1]), len(segments)
    )
    lines = [segments[start:end] for start, end in pairwise([*starts, last])]
    return segments[: starts[0]], lines, segments[last:]


def _time(
    head: Sequence[Segment], kinds: Sequence[str], facts: Facts, *, latest: bool = False
) -> datetime | None:
    said = {each.text(1): each for each in head if each.tag == "DTM" and each.text(1, 2)}
    found = next((said[kind] for kind in kinds if kind in said), None)
    if found is None:
        return None
    if (found.text(1, 3) or "102") not in _TIMES:
        raise found.wrong(f"the format {found.text(1, 3)} is not read", 1)
    return moment(found.text(1, 2), facts, found, latest=latest)


def _item(line: Sequence[Segment], facts: Facts) -> Item:
    lin = line[0]
    qty = next((each for each in line if each.tag == "QTY" and each.text(1) == "21"), None)
    if qty is None:
        raise lin.wrong("has no ordered quantity (QTY 21)")
    if any(_is_party(each, "DP") or each.tag == "LOC" for each in line):
        raise lin.wrong("has a destination of its own, which is not read")
    per_unit = pieces(qty.text(1, 3), None, facts, qty)
    quantity = qty.count(1, 2) * per_unit
    if not quantity:
        raise qty.wrong("is of no units", 1)
    price, is_net = _price(line, qty.count(1, 2), per_unit)
    added, taken = (_ZERO, _ZERO) if is_net else _line_charges(line)
    return Item(
        sku=article(_numbers(line), SKU_QUALIFIERS, facts, lin),
        quantity=quantity,
        price=price_of(price, facts, lin) + added,
        merchant_discount=taken,
        tax=_money(line, "124") or _ZERO,
    )


def _numbers(line: Sequence[Segment]) -> dict[str, str]:
    """Article numbers by their qualifiers: LIN has one, each PIA up to five."""
    found = {line[0].text(3, 2): line[0].text(3)} if line[0].text(3) else {}
    for pia in (each for each in line if each.tag == "PIA"):
        for element in range(2, len(pia.elements) + 1):
            found.setdefault(pia.text(element, 2), pia.text(element))
    return found


def _price(line: Sequence[Segment], ordered: int, per_unit: int) -> tuple[Decimal | None, bool]:
    """The price of all units, and whether allowances are in it already; None where none is stated."""
    said = {each.text(1): each for each in line if each.tag == "PRI"}
    pri = said.get(NET) or said.get(GROSS)
    if pri is None:
        return _money(line, "203"), True
    basis = pri.amount(1, 5) if pri.text(1, 5) else Decimal(1)
    if basis <= 0:
        raise pri.wrong("is a price for no units", 1)
    units = ordered
    if pri.text(1, 6) in ("PCE", "EA", "C62") and per_unit > 1:
        units = ordered * per_unit  # ordered in cases, priced by the piece
    return pri.amount(1, 2) * units / basis, pri.text(1) == NET


def _line_charges(line: Sequence[Segment]) -> tuple[Decimal, Decimal]:
    """What is added to a line, and what is taken off it."""
    charges = list(_amounts_of_charges(line))
    added = sum((amount for alc, amount in charges if alc.text(1) == "C"), _ZERO)
    return added, sum((amount for alc, amount in charges if alc.text(1) == "A"), _ZERO)


def _allowances(head: Sequence[Segment]) -> tuple[Decimal, Decimal]:
    """Freight, and what is taken off the whole order."""
    shipping = discount = _ZERO
    for alc, amount in _amounts_of_charges(head):
        if alc.text(1) == "A":
            discount += amount
        elif alc.text(5) in _FREIGHT:
            shipping += amount
        else:
            raise alc.wrong(f"the charge {alc.text(5)} is not read", 5)
    return shipping, discount


def _amounts_of_charges(segments: Sequence[Segment]) -> Iterator[tuple[Segment, Decimal]]:
    """Allowances and charges, each with the MOA of its group."""
    starts = [at for at, each in enumerate(segments) if each.tag == "ALC"]
    for start, end in pairwise([*starts, len(segments)]):
        amount = _money(segments[start:end], "8", "23", "204")
        if amount is None:
            raise segments[start].wrong("has no amount (MOA 8, 23 or 204)")
        yield segments[start], amount


def _money(segments: Sequence[Segment], *kinds: str) -> Decimal | None:
    said = {each.text(1): each for each in segments if each.tag == "MOA"}
    return next((said[kind].amount(1, 2) for kind in kinds if kind in said), None)


def _is_party(segment: Segment, kind: str) -> bool:
    return segment.tag == "NAD" and segment.text(1) == kind


def _place(head: Sequence[Segment], bgm: Segment) -> Place:
    """The delivery party, or whoever else it goes to, or the buyer."""
    found = {each.text(1): each for each in head if each.tag == "NAD"}
    nad = next((found[kind] for kind in ("DP", "ST", "UC", "BY") if kind in found), None)
    if nad is None:
        raise bgm.wrong("the order says nowhere (NAD DP) where it goes")
    name = " ".join(part for part in (nad.text(4, at) for at in range(1, 6)) if part)
    lines = [nad.text(5, at) for at in range(1, 5)]
    return Place(
        number=nad.text(2),
        name=name or nad.text(3),
        lines=tuple(line for line in lines if line),
        city=nad.text(6),
        region=nad.text(7),
        postcode=nad.text(8),
        country=nad.text(9),
        said_by=nad,
    )
