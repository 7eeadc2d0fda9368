"""EDI: X12 850 by its own marks, and EDIFACT ORDERS D.96A of the same order."""

from datetime import UTC, datetime
from hashlib import sha256

from standardwebhooks.webhooks import Webhook

from domain.channels.adapters.contract import Delivery, Facts
from domain.channels.adapters.edi import EDI
from tests.recorded.shape import Recorded

SECRET = "whsec_ZWRpIGlzIG9sZGVyIHRoYW4gdGhlIHdlYg=="


def isa(control: int, *, usage: str = "P", minute: int = 0) -> str:
    """The header of an interchange: fixed lengths, marks * and > and ~."""
    sender, receiver = "5012345678900".ljust(15), "FOREBAY".ljust(15)
    date = f"261120*08{minute:02}"
    return f"ISA*00*{'':10}*00*{'':10}*14*{sender}*ZZ*{receiver}*{date}*U*00401*{control:09}*0*{usage}*>~"


def x12_set(reference: str, *, number: int = 1, purpose: str = "00") -> str:
    parts = [
        f"ST*850*{number:04}",
        f"BEG*{purpose}*SA*{reference}**20261120",
        "CUR*BY*USD",
        "REF*DP*038",
        "DTM*063*20261127",
        "SAC*C*D240***490",
        "N1*BY*North Stores*92*N-001",
        "N1*ST*North Stores 17*92*N-017",
        "N3*2100 Harbor Road*Dock 4",
        "N4*Cleveland*OH*44114*US",
        "PO1*1*2*EA*12.5*PE*VN*MUG-1*UP*012345678905",
        "PID*F****MUG, BLUE",
        "PO1*2*1*DZ*26.7**IN*8821*VN*TEA-2",
        "SAC*A*C310***90",
        "CTT*2*3",
        "AMT*TT*55.70",
    ]
    return "".join(part + "~" for part in [*parts, f"SE*{len(parts) + 1}*{number:04}"])


def x12(*sets: str, control: int = 1, minute: int = 0, usage: str = "P") -> bytes:
    gs = f"GS*PO*5012345678900*FOREBAY*20261120*08{minute:02}*{control}*X*004010~"
    ends = f"GE*{len(sets)}*{control}~IEA*1*{control:09}~"
    return (isa(control, usage=usage, minute=minute) + gs + "".join(sets) + ends).encode()


def control_of(reference: str) -> int:
    return int.from_bytes(sha256(reference.encode()).digest()[:3], "big")


def order_body(reference: str, minute: int) -> bytes:
    changed = x12_set(reference, purpose="05" if minute else "00")
    return x12(changed, control=control_of(reference) + minute, minute=minute)


def cancel_body(reference: str, minute: int) -> bytes:
    parts = ["ST*850*0001", f"BEG*01*SA*{reference}**20261120", "SE*3*0001"]
    return x12(
        "".join(part + "~" for part in parts), control=control_of(reference) + 60 + minute, minute=minute
    )


def edifact_message(reference: str, *, number: int = 1, function: str = "9") -> str:
    parts = [
        f"UNH+{number}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+{reference}+{function}",
        "DTM+137:202611200800:203",
        "DTM+63:20261127:102",
        "NAD+BY+4012345000009::9",
        "NAD+SU+4099999000005::9",
        "NAD+DP+4012345000177::9++Nordm?'arkte Filiale 17+Hafenstrasse 4+Kiel++24103+DE",
        "CUX+2:EUR:9",
        "ALC+C++++FC",
        "MOA+8:4,90",
        "LIN+1++4099999100019:EN",
        "PIA+5+MUG-1:SA",
        "QTY+21:2:PCE",
        "PRI+AAA:12,50",
        "LIN+2++4099999100026:EN",
        "PIA+5+TEA-2:SA",
        "QTY+21:1:DZN",
        "PRI+AAB:26.70",
        "ALC+A",
        "MOA+204:0.90",
        "UNS+S",
        "MOA+86:55.70",
        "CNT+2:2",
    ]
    return "".join(part + "'\n" for part in [*parts, f"UNT+{len(parts) + 1}+{number}"])


def edifact_cancellation(reference: str, *, change: str = "CHG-9", number: int = 1) -> str:
    """An ORDCHG that cancels the whole order, under a number of its own."""
    parts = [
        f"UNH+{number}+ORDCHG:D:96A:UN:EAN008",
        f"BGM+230+{change}+1",
        "DTM+137:202611200815:203",
        "RFF+CT:CONTRACT-4",
        f"RFF+ON:{reference}",
        "NAD+BY+4012345000009::9",
        "LIN+1+3+4099999100019:EN",
        "RFF+ON:OF-A-LINE",
        "UNS+S",
    ]
    return "".join(part + "'\n" for part in [*parts, f"UNT+{len(parts) + 1}+{number}"])


def edifact(*messages: str, control: str = "A1", una: str = "UNA:+,? '", test: str = "") -> bytes:
    unb = f"UNB+UNOC:3+4012345000009:14+FOREBAY:ZZ+261120:0800+{control}{test}'\n"
    return (una + unb + "".join(messages) + f"UNZ+{len(messages)}+{control}'\n").encode()


def sign(body: bytes, delivery_id: str) -> Delivery:
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/edi-x12",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(delivery_id, now, body.decode()),
    }
    return Delivery(headers=headers, query={}, body=body, received_at=now)


RECORDED = Recorded(
    adapter=EDI,
    facts=Facts(channel="edi", currency="USD", timezone="America/New_York"),
    credentials={"secret": SECRET},
    order_body=order_body,
    cancel_body=cancel_body,
    sign=sign,
    unreadable=(b"", b"{", b"ISA", b"\xff\xfe", b"UNB+'", x12(x12_set("R"))[:-60], edifact("UNH+1'")[:-9]),
)
