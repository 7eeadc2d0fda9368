"""X12: interchanges split into transaction sets, and what an 850 says as an order.

Split by the interchange's own marks, which ISA has at fixed places (X12.5). Of the parsers on PyPI none is used:
pyx12 reads versions 00401 and 00501 only, and ends without a word at an empty segment; the others read health
care's sets, or give up on a whole interchange where one set of it is wrong.

An 850 states the whole order (BEG01 00 original, 05 replacement, 06 confirmation, 07 duplicate) or cancels it (01).
An 860 is read as far as it cancels (BCH01 01); other changes are kept as unreadable, for people to look at.

Source: ASC X12 005010 850 and 860, as in https://www.stedi.com/edi/x12-005010/850; X12.5, X12.6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

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
    DOZEN,
    SINGLE,
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

ISA_LENGTH = 106  # characters, its terminator with it
SKU_QUALIFIERS = ("SK", "VN", "VP", "VC", "UP", "UK", "EN", "UI")
WHOLE, CANCELLED = frozenset({"00", "05", "06", "07"}), frozenset({"01"})
BLANKET = frozenset({"BK"})  # ships by its releases
# PO105 (element 639): what is no price that is paid, such as a suggested retail price, is not here.
_PER_UNIT = frozenset({"", "UM", "CA", "CP", "CR", "CT", "NT", "WH", "DI"})
_PER_EACH = frozenset({"PE", "QE", "TE", "WE"})
_PER_DOZEN = frozenset({"TD", "WD"})
_PROMISED = ("063", "002", "038", "010")  # deliver no later, deliver, ship no later, ship
_FREIGHT = frozenset({"D240", "D500", "G821", "D980"})


@dataclass(frozen=True, slots=True)
class Marks:
    element: str
    segment: str


def x12_messages(body: bytes) -> list[Message]:
    """The transaction sets of an interchange, each with the headers it stands under.

    Raises:
        Unreadable: the envelope is not whole: its trailers are missing or count something else.
    """
    text, marks = marked(body)
    segments = segments_of(text, marks)
    isa, end = segments[0], segments[-1]
    groups = list(groups_of(segments))
    if end.text(2) != isa.needed(13) or end.count(1) != len(groups):
        raise end.wrong(f"the interchange {isa.text(13)} has {len(groups)} groups")
    return [
        set_message(isa, group[0], each, text, marks) for group in groups for each in sets_of(group[1:-1])
    ]


def marked(body: bytes) -> tuple[str, Marks]:
    text = as_text(body).lstrip()
    if not text.startswith("ISA") or len(text) < ISA_LENGTH:
        raise Unreadable("an interchange begins with ISA, of 106 characters", path="ISA[1]")
    marks = Marks(element=text[3], segment=text[ISA_LENGTH - 1])
    if marks.element.isalnum() or marks.segment.isalnum() or marks.element == marks.segment:
        raise Unreadable("its 4th and its 106th character are the marks", path="ISA[1]")
    if text[: ISA_LENGTH - 1].count(marks.element) != 16:
        raise Unreadable("has 16 elements within 106 characters", path="ISA[1]")
    return text, marks


def segments_of(text: str, marks: Marks) -> list[Segment]:
    *whole, rest = text.split(marks.segment)
    if rest.strip() and marks.segment.isspace():
        whole.append(rest)  # files of lines often lack the last line's end; IEA tells whether all is there
    elif rest.strip():
        raise Unreadable("the text ends within a segment", path=f"[{len(whole) + 1}]")
    return [_segment(part, marks, at) for at, part in enumerate((p for p in whole if p.strip()), start=1)]


def _segment(text: str, marks: Marks, at: int) -> Segment:
    tag, *elements = text.strip("\r\n ").split(marks.element)
    return Segment(tag=tag.strip(), elements=tuple((each,) for each in elements), at=at)


def groups_of(segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
    """Functional groups, each from its GS to its GE."""
    if segments[-1].tag != "IEA":
        raise segments[-1].wrong("an interchange ends with IEA")
    begun: int | None = None
    for at, segment in enumerate(segments[1:-1], start=1):
        if segment.tag in ("ISA", "IEA") or (segment.tag == "GS") == (begun is not None):
            raise segment.wrong("stands outside of a group, or where one is open")
        if segment.tag == "GS":
            begun = at
        elif segment.tag == "GE" and begun is not None:
            yield _whole_group(segments[begun : at + 1])
            begun = None
    if begun is not None:
        raise segments[begun].wrong("the group has no GE")


def _whole_group(group: Sequence[Segment]) -> Sequence[Segment]:
    begins, ends = group[0], group[-1]
    sets = sum(segment.tag == "ST" for segment in group)
    if ends.text(2) != begins.needed(6) or ends.count(1) != sets:
        raise ends.wrong(f"the group {begins.text(6)} has {sets} sets")
    return group


def sets_of(segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
    """Transaction sets, from each ST to the next; whether one is whole is told when it is parsed."""
    starts = [at for at, segment in enumerate(segments) if segment.tag == "ST"]
    if segments and (not starts or starts[0] != 0):
        raise segments[0].wrong("a group's sets begin with ST")
    for start, end in pairwise([*starts, len(segments)]):
        yield segments[start:end]


def set_message(isa: Segment, gs: Segment, of: Sequence[Segment], text: str, marks: Marks) -> Message:
    written = [text[: ISA_LENGTH - 1], *(_text(segment, marks) for segment in (gs, *of))]
    body = "".join(part + marks.segment for part in written).encode()
    names = (isa.text(5), isa.text(6), isa.text(9), isa.text(10), isa.text(13), gs.text(6), of[0].text(2))
    return Message(
        topic=of[0].text(1) or "ST",
        body=body,
        # Control numbers begin anew one day, and some partners never count: what differs is no repeat.
        delivery_id=f"{':'.join(names)}:{sha256(body).hexdigest()[:16]}",
        reference=_named(of),
    )


def _text(segment: Segment, marks: Marks) -> str:
    return marks.element.join([segment.tag, *(element[0] for element in segment.elements)])


def _named(of: Sequence[Segment]) -> str | None:
    return next((_reference(each, each.text(3)) for each in of if each.tag in ("BEG", "BCH")), None) or None


def _reference(begins: Segment, number: str) -> str:
    """An order's number, with that of its release."""
    release = begins.text(4)
    return f"{number}-{release}" if number and release else number


# ---------------------------------------------------------------- what a set says


def parse_x12(body: bytes, facts: Facts) -> Parsed:
    """What one transaction set says, with the headers it stands under.

    Raises:
        Unreadable: it is not whole, or not an order that can be booked.
    """
    text, marks = marked(body)
    segments = segments_of(text, marks)
    if len(segments) < 4 or segments[1].tag != "GS" or segments[2].tag != "ST":
        raise segments[-1].wrong("a set comes with ISA, GS and ST, and ends with SE")
    isa, gs, begins, ends = *segments[:3], segments[-1]
    if ends.tag != "SE" or ends.text(2) != begins.text(2) or ends.count(1) != len(segments) - 2:
        raise ends.wrong(f"set {begins.text(2)} must end with SE, and has {len(segments) - 2} segments")
    if isa.text(15) == "T" and facts.settings.get("acceptTests") is not True:
        return Ignored(why="It is a test: ISA15 is T.")
    if begins.text(1) == "850":
        return _order(gs, segments[3:-1], facts)
    if begins.text(1) == "860":
        return _changed(gs, segments[3:-1], facts)
    return Ignored(why=f"Nothing follows from a {begins.text(1)}.")


def _changed(gs: Segment, segments: Sequence[Segment], facts: Facts) -> Parsed:
    begins = _needed(segments, "BCH", gs)
    if begins.text(1) not in CANCELLED:
        raise begins.wrong("changes other than a cancellation are not read; an 850 may replace the order", 1)
    return OrderCancelled(
        reference=_reference(begins, begins.needed(3)), updated_at=_updated(gs, facts), reason="BCH01 01"
    )


def _updated(gs: Segment, facts: Facts) -> datetime:
    return moment(gs.needed(4) + gs.text(5)[:6], facts, gs)


def _needed(segments: Sequence[Segment], tag: str, where: Segment) -> Segment:
    found = next((segment for segment in segments if segment.tag == tag), None)
    if found is None:
        raise where.wrong(f"the set has no {tag}")
    return found


def _order(gs: Segment, segments: Sequence[Segment], facts: Facts) -> Parsed:
    begins = _needed(segments, "BEG", gs)
    reference, updated = _reference(begins, begins.needed(3)), _updated(gs, facts)
    if begins.text(1) in CANCELLED:
        return OrderCancelled(reference=reference, updated_at=updated, reason="BEG01 01")
    if begins.text(1) not in WHOLE:
        raise begins.wrong(f"{begins.text(1)!r} does not state the whole order", 1)
    if begins.text(2) in BLANKET:
        return Ignored(why="A blanket order ships by its releases.")
    for segment in segments:
        if segment.tag == "SDQ":
            raise segment.wrong("one order for several destinations is not read")
    first, last = _lines_within(segments, begins)
    head, lines, foot = segments[:first], segments[first:last], segments[last:]
    currency = next((each.text(2) for each in head if each.tag == "CUR"), "") or facts.currency
    items = [_item(line, facts) for line in _grouped(lines)]
    _require_counts(foot, items, lines)
    shipping, discount = _allowances([*head, *foot])
    order = Stated(
        reference=reference,
        placed_at=moment(begins.needed(5), facts, begins),
        promised_by=_promised(head, facts),
        currency=currency,
        items=items,
        place=_place(head, begins),
        customer=_party(head, "BY"),
        shipping=shipping,
        tax=sum(
            (each.amount(2) for each in [*head, *foot] if each.tag == "TXI" and each.text(2)), Decimal(0)
        ),
        discount=discount,
        total=next((each.amount(2) for each in foot if each.tag == "AMT" and each.text(1) == "TT"), None),
    )
    return OrderStated(order=raw_order(order, facts), updated_at=updated)


def _lines_within(segments: Sequence[Segment], begins: Segment) -> tuple[int, int]:
    starts = [at for at, segment in enumerate(segments) if segment.tag == "PO1"]
    if not starts:
        raise begins.wrong("the set has no PO1")
    ends = (at for at, segment in enumerate(segments) if segment.tag == "CTT" and at > starts[-1])
    return starts[0], next(ends, len(segments))


def _grouped(lines: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
    starts = [at for at, segment in enumerate(lines) if segment.tag == "PO1"]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def _item(line: Sequence[Segment], facts: Facts) -> Item:
    po1 = line[0]
    pack = next((each.count(1) for each in line if each.tag == "PO4" and each.text(1)), None)
    unit = po1.text(3)
    quantity = po1.count(2) * pieces(unit, pack, facts, po1)
    if not quantity:
        raise po1.wrong("is of no units", 2)
    if any(each.tag == "N1" and each.text(1) == "ST" for each in line):
        raise po1.wrong("has a destination of its own, which is not read")
    gross = price_of(_price(po1, quantity), facts, po1)
    added, taken = _line_charges(line)
    tax = sum((each.amount(2) for each in line if each.tag == "TXI" and each.text(2)), Decimal(0))
    sku = article(_numbers(po1), SKU_QUALIFIERS, facts, po1)
    return Item(sku=sku, quantity=quantity, price=gross + added, merchant_discount=taken, tax=tax)


def _price(po1: Segment, quantity: int) -> Decimal | None:
    """The price of all units, by what the unit price is for (PO105); None where none is stated."""
    if not po1.text(4):
        return None
    price, basis = po1.amount(4), po1.text(5)
    if basis in _PER_UNIT:
        return price * po1.count(2)
    if basis in _PER_EACH:
        return price * quantity
    if basis in _PER_DOZEN and (quantity % 12 == 0 or po1.text(3) in SINGLE | DOZEN):
        return price * quantity / 12
    raise po1.wrong(f"{basis} is no price that is paid, or not one that is read", 5)


def _numbers(po1: Segment) -> dict[str, str]:
    """Article numbers by their qualifiers: PO106 and PO107, and so on."""
    return {po1.text(at): po1.text(at + 1) for at in range(6, len(po1.elements), 2) if po1.text(at)}


def _line_charges(line: Sequence[Segment]) -> tuple[Decimal, Decimal]:
    """What is added to a line, and what is taken off it."""
    said = [each for each in line if each.tag == "SAC"]
    return (
        sum((_cents(each) for each in said if each.text(1) == "C"), Decimal(0)),
        sum((_cents(each) for each in said if each.text(1) == "A"), Decimal(0)),
    )


def _cents(sac: Segment) -> Decimal:
    """SAC05 has two decimals, and no mark before them (type N2)."""
    return Decimal(sac.count(5)).scaleb(-2)


def _allowances(segments: Sequence[Segment]) -> tuple[Decimal, Decimal]:
    """Freight, and what is taken off the whole order."""
    shipping = discount = Decimal(0)
    for sac in segments:
        if sac.tag != "SAC" or sac.text(1) not in ("A", "C"):
            continue
        if sac.text(1) == "A":
            discount += _cents(sac)
        elif sac.text(2) in _FREIGHT:
            shipping += _cents(sac)
        else:
            raise sac.wrong(f"the charge {sac.text(2)} is not read", 2)
    return shipping, discount


def _require_counts(foot: Sequence[Segment], items: Sequence[Item], lines: Sequence[Segment]) -> None:
    """CTT counts the lines and may add up what they order; both must agree."""
    for ctt in foot:
        if ctt.tag == "CTT":
            if ctt.count(1) != len(items):
                raise ctt.wrong(f"there are {len(items)} lines", 1)
            ordered = sum((each.amount(2) for each in lines if each.tag == "PO1"), Decimal(0))
            if ctt.text(2) and ctt.amount(2) != ordered:
                raise ctt.wrong(f"the lines order {ordered}", 2)


def _promised(head: Sequence[Segment], facts: Facts) -> datetime | None:
    said = {each.text(1): each for each in head if each.tag == "DTM" and each.text(2)}
    found = next((said[kind] for kind in _PROMISED if kind in said), None)
    return moment(found.text(2) + found.text(3)[:6], facts, found, latest=True) if found else None


def _party(head: Sequence[Segment], kind: str) -> str:
    found = next((each for each in head if each.tag == "N1" and each.text(1) == kind), None)
    return (found.text(4) or found.text(2)) if found else ""


def _place(head: Sequence[Segment], begins: Segment) -> Place:
    at = next((at for at, each in enumerate(head) if each.tag == "N1" and each.text(1) == "ST"), None)
    if at is None:
        raise begins.wrong("the order says nowhere (N1 ST) where it goes")
    loop: list[Segment] = []
    for segment in head[at + 1 :]:
        if segment.tag == "N1":
            break
        loop.append(segment)
    n4 = next((each for each in loop if each.tag == "N4"), None)
    streets = [each.text(part) for each in loop if each.tag == "N3" for part in (1, 2)]
    return Place(
        number=head[at].text(4),
        name=head[at].text(2),
        lines=tuple(street for street in streets if street),
        city=n4.text(1) if n4 else "",
        region=n4.text(2) if n4 else "",
        postcode=n4.text(3) if n4 else "",
        country=(n4.text(4) or "US") if n4 else "",
        said_by=head[at],
    )
