"""Pick lists for spreadsheets.

UTF-8 with a byte order mark, without which Excel takes names for another character set.

Source: RFC 4180.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from domain.fulfilment.waves.pick_list import PickList
from domain.shared.spreadsheets import inert

_PICK = ("sku", "name", "barcode", "units", "parcels")
_PACK = (
    "position",
    "parcel",
    "order",
    "external_reference",
    "channel",
    "recipient",
    "postcode",
    "city",
    "country_code",
    "sku",
    "name",
    "barcode",
    "units",
)


def pick_list_csv(listed: PickList) -> bytes:
    """The units by SKU."""
    return csv_of(
        _PICK, ((row.sku, row.name, row.barcode or "", row.units, row.parcels) for row in listed.rows)
    )


def pack_list_csv(listed: PickList) -> bytes:
    """A row for each line of each parcel."""
    return csv_of(
        _PACK,
        (
            (
                line.position,
                line.parcel,
                line.order_number,
                line.external_reference,
                line.channel,
                line.name,
                line.postcode,
                line.city,
                line.country_code,
                line.sku,
                line.item,
                line.barcode or "",
                line.quantity,
            )
            for lines in listed.parcels
            for line in lines
        ),
    )


def csv_of(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A CSV file of these rows; texts that a spreadsheet would compute are shown as they are."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
