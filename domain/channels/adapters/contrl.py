"""The CONTRL that answers an EDIFACT interchange: which of its messages could be read, and where the others are wrong.

It is made of the interchange alone: the same one gets the same answer, with its own reference and time. CONTRL is not
acknowledged, and what came in groups (UNG) is answered by HTTP only. Whoever asks for a receipt alone (UNB 0031 is 2),
or sends very many messages, is told that the interchange has come. It follows the syntax version of the interchange: CONTRL D.3 for version 3,
CONTRL 4.1 for version 4. Written by pydifact.

Source: ISO 9735:1988 and ISO 9735-4, https://www.gefeg.com/jswg/v3/mt/m11.htm, https://www.gefeg.com/jswg/v4x/mt/m32.htm
and the codes of 0083 and 0085 beside them.
"""

from collections.abc import Iterator

from pydifact.segments import Segment as Written
from pydifact.serializer import Serializer

from domain.channels.adapters.contract import Facts, Message, Unreadable
from domain.channels.adapters.edi_segments import JUDGED_MAX, Segment, fault_of
from domain.channels.adapters.edifact import edifact_messages, marked, parse_edifact, segment_of, split

REJECTED, ACKNOWLEDGED, RECEIVED = "4", "7", "8"  # 0083
_INVALID, _MISSING, _UNSPECIFIED, _OTHER_REFERENCE, _OTHER_COUNT = "12", "13", "18", "28", "29"  # 0085
_ONLY_A_RECEIPT = "2"  # 0031
_VERSIONS = {"4": ["CONTRL", "4", "1", "UN"]}
_VERSION_3 = ["CONTRL", "D", "3", "UN"]


def contrl(body: bytes, facts: Facts) -> bytes | None:
    """The interchange of one CONTRL that answers this one; None if nothing in it is acknowledged.

    Raises:
        Unreadable: the envelope is not whole.
    """
    text, marks = marked(body)
    texts = split(text, marks)
    unb = segment_of(texts[0], marks, 0)
    messages = [each for each in edifact_messages(body) if each.topic != "CONTRL"]
    if not messages or any(part.lstrip().startswith("UNG") for part in texts):
        return None
    only_receipt = unb.text(9) == _ONLY_A_RECEIPT or len(messages) > JUDGED_MAX
    reports = [] if only_receipt else [each for message in messages for each in _report(message, facts)]
    action = RECEIVED if only_receipt else ACKNOWLEDGED
    sender, recipient, reference = _whole(unb, 2), _whole(unb, 3), unb.text(5)
    said = [
        Written("UNH", "1", _VERSIONS.get(unb.text(1, 2), _VERSION_3)),
        Written("UCI", reference, sender, recipient, action),
        *reports,
    ]
    whole = [
        Written("UNB", _whole(unb, 1), recipient, sender, _whole(unb, 4), reference, *_as_a_test(unb)),
        *said,
        Written("UNT", str(len(said) + 1), "1"),
        Written("UNZ", "1", reference),
    ]
    return Serializer().serialize(whole, with_una_header=False).encode()


def _whole(segment: Segment, element: int) -> list[str]:
    return [segment.text(element, at) for at in range(1, len(segment.elements[element - 1]) + 1)]


def _as_a_test(unb: Segment) -> list[str]:
    """An answer to a test is one (UNB 0035, after the password, reference, priority, request and agreement)."""
    return ["", "", "", "", "", "1"] if unb.text(11) == "1" else []


def _report(message: Message, facts: Facts) -> Iterator[Written]:
    """What is wrong with a message; nothing if it can be read: UCI acknowledges what is not rejected."""
    text, marks = marked(message.body)
    _, *texts = split(text, marks)
    unh, unt = segment_of(texts[0], marks, 1), segment_of(texts[-1], marks, len(texts))
    named: list[str | list[str]] = [unh.text(1), _whole(unh, 2), REJECTED]
    if unt.tag != "UNT":
        yield Written("UCM", *named, _MISSING, "UNT")
    elif unt.text(2) != unh.text(1):
        yield Written("UCM", *named, _OTHER_REFERENCE, "UNT")
    elif unt.text(1) != str(len(texts)):
        yield Written("UCM", *named, _OTHER_COUNT, "UNT")
    else:
        try:
            parse_edifact(message.body, facts)
        except Unreadable as wrong:
            yield from _faults(wrong, named)


def _faults(wrong: Unreadable, named: list[str | list[str]]) -> Iterator[Written]:
    fault = fault_of(wrong)
    if fault is None:
        yield Written("UCM", *named, _UNSPECIFIED)
        return
    yield Written("UCM", *named)
    if not fault.element:
        yield Written("UCS", str(fault.at), _UNSPECIFIED)
        return
    yield Written("UCS", str(fault.at))
    code = _MISSING if fault.message.endswith("is missing") else _INVALID
    yield Written("UCD", code, [str(fault.element + 1)])  # 0098 counts the tag, too
