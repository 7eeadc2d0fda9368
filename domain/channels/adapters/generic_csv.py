"""Orders as CSV, by the channel's map of columns: a delivery with the content type `text/csv`.

Rows that stand together under one reference are one order, and one message. Its body keeps them as text, under their
header: they are read when the message is worked off, by the columns as they are then, so that a map can be mended
and the message replayed.

Source: docs/order-format.md; RFC 4180.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import orjson

from domain.channels.adapters.contract import Delivery, Facts, Message, OrderStated, Parsed, Unreadable
from domain.channels.adapters.reading import Stated, read
from domain.channels.order_file.csv_rows import CsvRows, Header, UnusableHeader, header_of
from domain.channels.order_file.lines import Line, Lines
from domain.channels.order_file.parsing import Into
from domain.channels.order_file.reading import WrongReading, reading_of
from domain.channels.order_file.refusals import RefusalCode, RowRefusal
from domain.channels.order_file.units import Unit

ROWS = "order.rows"
ORDERS_MAX = 10_000
# What is wrong with a row's bytes, and shows no more once they are kept as text.
_OF_ITS_BYTES = frozenset({RefusalCode.BAD_ENCODING, RefusalCode.TOO_LONG})
_LINE_FIELD = re.compile(r"lines\[(\d+)\]")


class _Rows(Stated):
    type: str
    row: int  # the first one's number in the file
    header: str
    rows: str
    refused: str | None = None


def csv_messages(delivery: Delivery, facts: Facts) -> Sequence[Message]:
    """The orders of a file, each a message; one that cannot be read costs no other.

    Raises:
        Unreadable: the columns are not those that are mapped, or there are too many orders.
    """
    first, *lines = [*(cutting := Lines()).push(delivery.body), *cutting.finish()] or [Line(1, 0, b"")]
    header = _header(delivery.body, first.content, facts)
    encoding = header.reading.encoding or "utf-8"
    stating = (unit for unit in _units(header, lines, facts) if unit.rows)
    units = list(islice(stating, ORDERS_MAX + 1))  # of a file that is too long no more is read than shows it
    if not units:
        raise Unreadable("the file has no orders")
    if len(units) > ORDERS_MAX:
        raise Unreadable(f"the file has more than {ORDERS_MAX} orders: import it, or send it in parts")
    named = delivery.headers.get("webhook-id", "")
    heading = first.content.decode(encoding).removeprefix("\ufeff")
    begun: dict[str, int] = {}
    return [_message(unit, heading, encoding, named, begun) for unit in units]


def _header(beginning: bytes, first: bytes, facts: Facts) -> Header:
    try:
        return header_of(beginning, first, reading_of(facts.settings, {}, timezone=facts.timezone))
    except (UnusableHeader, WrongReading) as wrong:
        raise Unreadable(str(wrong), path="row 1") from None


def _units(header: Header, lines: Sequence[Line], facts: Facts) -> Iterator[Unit]:
    rows = CsvRows(header, Into(channel=facts.channel, currency=facts.currency))
    yield from rows.take(lines)
    yield from rows.finish()


def _message(unit: Unit, heading: str, encoding: str, named: str, begun: dict[str, int]) -> Message:
    reference = (
        None if unit.stated is None or isinstance(unit.stated, RowRefusal) else unit.stated.external_reference
    )
    body = {
        "type": ROWS,
        "row": unit.line,
        "header": heading,
        "rows": unit.raw.decode(encoding, errors="replace"),
        "refused": _why_not(unit, reference, begun),
    }
    return Message(
        topic=ROWS, body=orjson.dumps(body), delivery_id=f"{named}:{unit.line}", reference=reference
    )


def _why_not(unit: Unit, reference: str | None, begun: dict[str, int]) -> str | None:
    """What is wrong with the rows whatever their columns are."""
    if isinstance(unit.stated, RowRefusal):
        return unit.stated.message if unit.stated.code in _OF_ITS_BYTES else None
    if reference is not None and begun.setdefault(reference, unit.line) != unit.line:
        return f"the order's rows stand apart, from row {begun[reference]} on: sort the file by order"
    return None


def parse_rows(body: bytes, facts: Facts) -> Parsed:
    """What the rows of one order state, by the channel's columns as they are now.

    Raises:
        Unreadable: they state no order; the path names row and column.
    """
    said = read(_Rows, body)
    if said.refused is not None:
        raise Unreadable(said.refused, path=f"row {said.row}")
    cutting = Lines(lines=said.row - 1)
    lines = [*cutting.push(said.rows.encode()), *cutting.finish()]
    header = _header(b"", said.header.encode(), replace(facts, settings=_as_text(facts.settings)))
    units = [unit for unit in _units(header, lines, facts) if unit.rows]
    if len(units) != 1:
        raise Unreadable(f"by these columns it is {len(units)} orders", path=f"row {said.row}")
    stated = units[0].stated
    if isinstance(stated, RowRefusal):
        raise Unreadable(stated.message, path=_place(units[0], stated, header))
    assert stated is not None, "only blank lines state nothing, and they are left out"
    return OrderStated(order=stated, updated_at=None)


def _as_text(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings for rows that were decoded already."""
    csv = settings.get("csv")
    return {**settings, "csv": {**(csv if isinstance(csv, Mapping) else {}), "encoding": "utf-8"}}


def _place(unit: Unit, no: RowRefusal, header: Header) -> str:
    """The row and the column, by the file's own name of it."""
    of_line = _LINE_FIELD.match(no.field)
    is_a_line_each = unit.lines - unit.line + 1 == unit.rows
    row = no.line_number + (int(of_line[1]) if of_line and is_a_line_each else 0)
    field = _LINE_FIELD.sub("lines", no.field)
    column = header.names[header.fields.index(field)] if field in header.fields else field
    return f"row {row}, column {column}" if column else f"row {row}"
