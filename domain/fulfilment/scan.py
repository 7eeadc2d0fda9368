"""What a scanned or typed code may mean."""

import re
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import fetch, statement

_SCAN = statement(__file__, "scan.sql")
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
# as a pick list prints it
_WAVE = re.compile(r"[Ww]([0-9]{1,18})", re.ASCII)
_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A thing that has this code: its kind by the name of its public type, and which one."""

    kind: str
    id: UUID


async def scan(code: str) -> list[Meaning]:
    """What `code` may mean, the likeliest first.

    The number of a fulfilment order (a pick list's barcode) or of a wave (W and its number), a barcode or SKU,
    the number of an order, or its channel's reference.
    """
    wave = _WAVE.fullmatch(code)
    number = int(code) if _NUMBER.fullmatch(code) else None
    return await fetch(_SCAN, Meaning, code, number, barcodes(code), int(wave[1]) if wave else None)


def barcodes(code: str) -> list[str]:
    """`code` in the lengths in which scanners and catalogues write it: a GTIN's leading zeros come and go.

    Source: GS1 General Specifications, "GTIN data structures": the shorter ones are filled up with zeros to 14.
    """
    if not _NUMBER.fullmatch(code) or len(code) not in _GTIN_LENGTHS:
        return [code]
    bare = code.lstrip("0")
    return [bare.zfill(length) for length in _GTIN_LENGTHS if length >= len(bare)]
