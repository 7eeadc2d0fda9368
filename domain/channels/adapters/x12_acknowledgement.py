"""The 997 that answers an X12 interchange: which of its sets could be read, and where the others are wrong.

It is made of the interchange alone: the same one gets the same answer, with its own control numbers and times, so that
a repeat is acknowledged as the first was. Groups of acknowledgements (GS01 FA) are not acknowledged, nor are interchanges
of very many sets: they are answered by HTTP only. A set that is read may still be refused later, for a SKU that is not
known, say: a 997 is not about what an order means.

Source: ASC X12 004010 and 005010 997, as in https://www.stedi.com/edi/x12-004010/997 and
https://learn.microsoft.com/en-us/biztalk/core/x12-997-acknowledgment.
"""

from collections.abc import Iterator, Sequence

from domain.channels.adapters.contract import Facts, Unreadable
from domain.channels.adapters.edi_segments import JUDGED_MAX, Fault, Segment, fault_of
from domain.channels.adapters.x12 import groups_of, marked, parse_x12, segments_of, set_message, sets_of

ACCEPTED, PARTLY, REJECTED = "A", "P", "R"
_READ = frozenset({"850", "860"})
# AK502, element 718: of a set as a whole.
_NOT_SUPPORTED, _NO_TRAILER, _OTHER_NUMBER, _OTHER_COUNT, _SEGMENTS_WRONG = "1", "2", "3", "4", "5"
# AK403, element 723, by what is said of an element.
_ELEMENT = {"is missing": "1", "is no number": "6", "is no whole number": "6", "is no date": "8"}
_INVALID = "7"
_HEADERS = 2  # ISA and GS stand before a set that is read
_SEGMENT_HAS_ELEMENTS_WRONG = "8"  # AK304

_Written = list[str]


def x12_acknowledgement(body: bytes, facts: Facts) -> bytes | None:
    """The interchange of 997s that answers this one; None if nothing in it is acknowledged.

    Raises:
        Unreadable: the envelope is not whole.
    """
    text, marks = marked(body)
    segments = segments_of(text, marks)
    isa = segments[0]
    groups = [group for group in groups_of(segments) if group[0].text(1) != "FA"]
    if not groups or sum(segment.tag == "ST" for segment in segments) > JUDGED_MAX:
        return None
    written: list[_Written] = [_isa(isa)]
    for group in groups:
        gs, ge = group[0], group[-1]
        judged = [
            (each[0], list(_faults(each, set_message(isa, gs, each, text, marks).body, facts)))
            for each in sets_of(group[1:-1])
        ]
        written += _group(gs, ge, judged)
    written.append(["IEA", str(len(groups)), isa.text(13)])
    return "".join(marks.element.join(each) + marks.segment for each in written).encode()


def _isa(isa: Segment) -> _Written:
    """The header the other way round; its elements have fixed lengths."""
    back = (isa.text(7).ljust(2), isa.text(8).ljust(15), isa.text(5).ljust(2), isa.text(6).ljust(15))
    rest = (isa.text(at) for at in (9, 10, 11, 12, 13))
    return ["ISA", "00", " " * 10, "00", " " * 10, *back, *rest, "0", isa.text(15), isa.text(16)]


def _group(gs: Segment, ge: Segment, judged: Sequence[tuple[Segment, list[_Written]]]) -> list[_Written]:
    control = gs.text(6)
    answered: list[_Written] = [["AK1", gs.text(1), control]]
    accepted = 0
    for begins, faults in judged:
        answered += [["AK2", begins.text(1), begins.text(2)], *faults]
        accepted += not faults
        if not faults:
            answered.append(["AK5", ACCEPTED])
    verdict = ACCEPTED if accepted == len(judged) else PARTLY if accepted else REJECTED
    answered.append(["AK9", verdict, ge.text(1), str(len(judged)), str(accepted)])
    return [
        ["GS", "FA", gs.text(3), gs.text(2), gs.text(4), gs.text(5), control, gs.text(7), gs.text(8)],
        ["ST", "997", "0001"],
        *answered,
        ["SE", str(len(answered) + 2), "0001"],
        ["GE", "1", control],
    ]


def _faults(of: Sequence[Segment], body: bytes, facts: Facts) -> Iterator[_Written]:
    """What is wrong with a set, up to its AK5; nothing if it can be read."""
    whole = _wrong_as_a_whole(of)
    if whole is not None:
        yield ["AK5", REJECTED, whole]
        return
    try:
        parse_x12(body, facts)
    except Unreadable as wrong:
        fault = fault_of(wrong)
        if fault is not None:
            yield from _noted(fault)
        yield ["AK5", REJECTED, _SEGMENTS_WRONG]


def _wrong_as_a_whole(of: Sequence[Segment]) -> str | None:
    begins, ends = of[0], of[-1]
    if begins.text(1) not in _READ:
        return _NOT_SUPPORTED
    if ends.tag != "SE":
        return _NO_TRAILER
    if ends.text(2) != begins.text(2):
        return _OTHER_NUMBER
    return None if ends.text(1) == str(len(of)) else _OTHER_COUNT


def _noted(fault: Fault) -> Iterator[_Written]:
    """AK3, and AK4 where it is about an element."""
    note = ["AK3", fault.tag, str(fault.at - _HEADERS)]
    if not fault.element:
        yield note
        return
    yield [*note, "", _SEGMENT_HAS_ELEMENTS_WRONG]
    code = next((code for said, code in _ELEMENT.items() if fault.message.endswith(said)), _INVALID)
    yield ["AK4", str(fault.element), "", code]
