"""What answers an interchange: 997 and CONTRL, made of its control numbers and of what could be read."""

from dataclasses import replace
from typing import Any

import pytest
from pydifact.segmentcollection import Interchange

from domain.channels.adapters.contract import Delivery, HttpAnswer
from domain.channels.adapters.edi import EDI
from tests.recorded.edi import RECORDED, edifact, edifact_message, isa, x12, x12_set

# pydifact has no tables for every directory; what it reads does not depend on them
pytestmark = pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")


def answer(body: bytes, **settings: Any) -> HttpAnswer | None:
    assert EDI.webhook
    assert EDI.webhook.acknowledged
    facts = replace(RECORDED.facts, settings=settings)
    return EDI.webhook.acknowledged(Delivery(headers={}, query={}, body=body), facts)


def x12_answer(body: bytes) -> list[list[str]]:
    said = answer(body)
    assert said
    assert (said.status, said.headers["content-type"]) == (200, "application/edi-x12")
    *segments, rest = said.body.decode().split("~")
    assert rest == ""
    return [segment.split("*") for segment in segments]


def notes(body: bytes) -> list[str]:
    """What stands between AK1 and the end of the 997."""
    return ["*".join(each) for each in x12_answer(body) if each[0].startswith("AK")]


def contrl(body: bytes) -> Interchange:
    """The answer, as the maintained parser reads it."""
    said = answer(body)
    assert said
    assert (said.status, said.headers["content-type"]) == (200, "application/edifact")
    return Interchange.from_str(said.body.decode())


def reports(body: bytes) -> list[tuple[str, list[Any]]]:
    [message] = contrl(body).get_messages()
    return [(segment.tag, segment.elements) for segment in message.segments]


# ---------------------------------------------------------------- 997


def test_a_997_goes_back_with_the_numbers_of_what_it_answers() -> None:
    said = x12_answer(x12(x12_set("A-1"), control=42, minute=7, usage="T"))
    header, back, begins, *_, ends, group_ends, over = said
    assert len("*".join(header)) + 1 == len(isa(1))
    assert [each.strip() for each in header[5:9]] == ["ZZ", "FOREBAY", "14", "5012345678900"]
    assert header[9:] == ["261120", "0807", "U", "00401", "000000042", "0", "T", ">"]
    assert back == ["GS", "FA", "FOREBAY", "5012345678900", "20261120", "0807", "42", "X", "004010"]
    assert (begins, ends) == (["ST", "997", "0001"], ["SE", "6", "0001"])
    assert (group_ends, over) == (["GE", "1", "42"], ["IEA", "1", "000000042"])
    assert notes(x12(x12_set("A-1"), control=42)) == ["AK1*PO*42", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]


def test_sets_that_cannot_be_read_are_rejected_with_their_place() -> None:
    wrong = [
        x12_set("B-1", number=2).replace("PO1*1*2*EA", "PO1*1*two*EA"),
        x12_set("B-2", number=3).replace("BEG*00*SA*B-2", "BEG*00*SA*"),
        x12_set("B-3", number=4).replace("SE*17*", "SE*18*"),
        x12_set("B-4", number=5).replace("SE*17*0005", "SE*17*0009"),
        x12_set("B-5", number=6).replace("AMT*TT*55.70", "AMT*TT*55.00"),
        x12_set("B-6", number=7).replace("ST*850*", "ST*855*"),
        x12_set("B-7", number=8).replace("SE*17*0008~", ""),
    ]
    assert notes(x12(x12_set("A-1"), *wrong)) == [
        "AK1*PO*1",
        *("AK2*850*0001", "AK5*A"),
        *("AK2*850*0002", "AK3*PO1*11**8", "AK4*2**6", "AK5*R*5"),
        *("AK2*850*0003", "AK3*BEG*2**8", "AK4*3**1", "AK5*R*5"),
        *("AK2*850*0004", "AK5*R*4"),
        *("AK2*850*0005", "AK5*R*3"),
        *("AK2*850*0006", "AK5*R*5"),
        *("AK2*855*0007", "AK5*R*1"),
        *("AK2*850*0008", "AK5*R*2"),
        "AK9*P*8*8*1",
    ]
    assert notes(x12(wrong[0]))[-1] == "AK9*R*1*1*0"


def test_each_group_gets_its_own_answer_and_acknowledgements_get_none() -> None:
    orders = x12(x12_set("A-1")).decode()
    acknowledging = "GS*FA*A*B*20261120*0800*9*X*004010~ST*997*0001~AK1*PO*1~AK9*A*1*1*1~SE*4*0001~GE*1*9~"
    both = orders.replace("IEA*1*", f"{acknowledging}IEA*2*")
    assert notes(both.encode()) == ["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]
    ours = answer(orders.encode())
    assert ours
    assert answer(ours.body) is None


# ---------------------------------------------------------------- CONTRL


def test_a_contrl_goes_back_with_the_reference_of_what_it_answers() -> None:
    said = contrl(edifact(edifact_message("A-1"), control="REF?'7"))
    assert (said.sender, said.recipient, said.control_reference) == (
        ["FOREBAY", "ZZ"],
        ["4012345000009", "14"],
        "REF'7",
    )
    assert reports(edifact(edifact_message("A-1"), control="REF?'7")) == [
        ("UCI", ["REF'7", ["4012345000009", "14"], ["FOREBAY", "ZZ"], "7"])
    ]
    [message] = said.get_messages()
    assert message.type == "CONTRL"
    assert message.identifier == ["CONTRL", "D", "3", "UN"]


def test_messages_that_cannot_be_read_are_rejected_with_their_place() -> None:
    wrong = [
        edifact_message("B-1", number=2).replace("PRI+AAA:12,50", "PRI+AAA:x"),
        edifact_message("B-2", number=3).replace("QTY+21:2:PCE", "QTY+12:2:PCE"),
        edifact_message("B-3", number=4).replace("MOA+86:55.70", "MOA+86:55.00"),
        edifact_message("B-4", number=5).replace("UNT+24+", "UNT+23+"),
        edifact_message("B-5", number=6).replace("UNT+24+6", "UNT+24+9"),
        edifact_message("B-6", number=7).replace("BGM+220+B-6", "BGM+220+"),
    ]
    of = ["ORDERS", "D", "96A", "UN", "EAN008"]
    assert reports(edifact(edifact_message("A-1"), *wrong))[1:] == [
        *(("UCM", ["2", of, "4"]), ("UCS", ["14"]), ("UCD", ["12", "2"])),
        *(("UCM", ["3", of, "4"]), ("UCS", ["11", "18"])),
        ("UCM", ["4", of, "4", "18"]),
        ("UCM", ["5", of, "4", "29", "UNT"]),
        ("UCM", ["6", of, "4", "28", "UNT"]),
        *(("UCM", ["7", of, "4"]), ("UCS", ["2"]), ("UCD", ["13", "3"])),
    ]


def test_it_follows_the_syntax_version_and_what_is_asked_for() -> None:
    orders = edifact(edifact_message("A-1")).decode()
    newer = orders.replace("UNOC:3", "UNOC:4").replace("261120:0800", "20261120:0800")
    [message] = contrl(newer.encode()).get_messages()
    assert message.identifier == ["CONTRL", "4", "1", "UN"]
    wrong = orders.replace("PRI+AAA:12,50", "PRI+AAA:x")
    receipt = wrong.replace("+A1'\nUNH", "+A1++++2'\nUNH")
    assert reports(receipt.encode()) == [("UCI", ["A1", ["4012345000009", "14"], ["FOREBAY", "ZZ"], "8"])]
    tested = answer(orders.replace("+A1'\nUNH", "+A1++++++1'\nUNH").encode())
    assert tested
    assert tested.body.startswith(b"UNB+UNOC:3+FOREBAY:ZZ+4012345000009:14+261120:0800+A1++++++1'")


def test_what_acknowledges_is_not_acknowledged() -> None:
    ours = answer(edifact(edifact_message("A-1")))
    assert ours
    assert answer(ours.body) is None
    grouped = edifact(f"UNG+ORDERS'{edifact_message('A-1')}UNE+1+1'")
    assert answer(grouped) is None


def test_very_many_orders_are_not_judged_before_they_are_answered() -> None:
    assert answer(x12(*(x12_set(f"A-{number}", number=number) for number in range(1_001)))) is None
    many = edifact(*(edifact_message(f"A-{number}", number=number) for number in range(1_001)))
    assert [elements[-1] for _, elements in reports(many)] == ["8"]


@pytest.mark.parametrize(
    "body", [x12(x12_set("A-1")), edifact(edifact_message("A-1"))], ids=["x12", "edifact"]
)
def test_the_same_interchange_gets_the_same_answer(body: bytes) -> None:
    assert answer(body) == answer(body)
