"""Orders as CSV by a channel's map of columns: a message an order, and faults with their row and column."""

from dataclasses import replace

import pytest

from domain.channels.adapters.contract import Delivery, Facts, Message, OrderStated, Unreadable
from domain.channels.adapters.generic import GENERIC
from domain.channels.raw_order import RawOrder

COLUMNS = {
    "external_id": "Auftrag",
    "placed_at": "Datum",
    "ship_to.country": "Land",
    "lines.sku": "Artikel",
    "lines.qty": "Menge",
    "lines.unit_price": "Preis",
}
FACTS = Facts(
    channel="shop",
    currency="EUR",
    timezone="Europe/Berlin",
    settings={"columns": COLUMNS, "csv": {"decimalComma": True, "dateFormat": "%d.%m.%Y"}},
)
HEADER = "Auftrag;Datum;Land;Artikel;Menge;Preis"
ROWS = ("A-1;20.11.2026;DE;MUG;2;1.012,50", "A-1;20.11.2026;DE;TEA;1;8,90", "A-2;21.11.2026;AT;MÜTZE;1;5,00")


def split(*rows: str, encoding: str = "utf-8", facts: Facts = FACTS) -> list[Message]:
    assert GENERIC.webhook
    assert GENERIC.webhook.file_messages
    body = "".join(f"{row}\r\n" for row in (HEADER, *rows)).encode(encoding)
    delivery = Delivery(headers={"webhook-id": "file-1"}, query={}, body=body)
    return list(GENERIC.webhook.file_messages(delivery, facts))


def order(message: Message, facts: Facts = FACTS) -> RawOrder:
    stated = GENERIC.parse(message, facts)
    assert isinstance(stated, OrderStated)
    return stated.order


def fault(message: Message, facts: Facts = FACTS) -> str:
    with pytest.raises(Unreadable) as caught:
        GENERIC.parse(message, facts)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_rows_that_stand_together_are_one_order(encoding: str) -> None:
    first, second = split(*ROWS, encoding=encoding)
    assert [(each.delivery_id, each.reference) for each in (first, second)] == [
        ("file-1:2", "A-1"),
        ("file-1:4", "A-2"),
    ]
    lines = [(line.sku, line.quantity, line.unit_price) for line in order(first).lines]
    assert lines == [("MUG", 2, "1012.50"), ("TEA", 1, "8.90")]
    assert (order(first).placed_at, order(first).currency_code) == ("2026-11-20T00:00:00+01:00", "EUR")
    assert order(second).lines[0].sku == "MÜTZE"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-3;20.11.2026;DE;MUG;zwei;1,00", "row 5, column Menge"),
        ("A-3;20.11.2026;DE;MUG;1;gratis", "row 5, column Preis"),
        ("A-3;20.11.2026;DE;MUG;1;19.90", "row 5, column Preis: is '19.90', where a comma marks decimals"),
        ("A-3;20.11.2026;DE;MUG;1;1.00,5", "row 5, column Preis"),
        ("A-3;20.11.2026;DE;MUG;1.5;1,00", "row 5, column Menge"),
        ("A-3;gestern;DE;MUG;1;1,00", "row 5, column Datum"),
        ("A-3;20.11.2026;;MUG;1;1,00", "row 5, column Land"),
        ("A-3;20.11.2026;DE;MUG;1", "row 5: has 5 cells, where the header has 6"),
        ('A-3;20.11.2026;DE;"MUG;1;1,00', "row 5: has a quote that is not closed"),
    ],
)
def test_a_bad_row_names_its_place_and_costs_no_other(row: str, said: str) -> None:
    *good, bad, last = split(*ROWS, row, "A-4;20.11.2026;DE;MUG;1;1,00")
    assert said in fault(bad)
    assert [order(each).external_reference for each in (*good, last)] == ["A-1", "A-2", "A-4"]


def test_a_row_that_names_no_order_refuses_the_one_above_it_and_is_itself_named() -> None:
    good, bad, last = split(*ROWS, ";20.11.2026;DE;MUG;1;1,00", "A-4;20.11.2026;DE;MUG;1;1,00")
    assert fault(bad) == "row 5, column Auftrag: is required"
    assert [order(each).external_reference for each in (good, last)] == ["A-1", "A-4"]


@pytest.mark.parametrize(
    ("said", "price"),
    [("19", "19.00"), ("+19,9", "19.90"), ("1.990", "1990.00"), ("1.234.567,80", "1234567.80")],
)
def test_points_group_thousands_where_a_comma_marks_decimals(said: str, price: str) -> None:
    [message] = split(f"A-1;20.11.2026;DE;MUG;1;{said}")
    assert order(message).lines[0].unit_price == price


def test_the_row_of_a_line_is_its_own() -> None:
    [message] = split(ROWS[0], "A-1;20.11.2026;DE;TEA;0;8,90")
    assert fault(message).startswith("row 3, column Menge")


def test_bytes_that_are_no_text_stay_refused() -> None:
    assert GENERIC.webhook
    assert GENERIC.webhook.file_messages
    settings = dict(FACTS.settings) | {
        "csv": {"encoding": "utf-8", "decimalComma": True, "dateFormat": "%d.%m.%Y"}
    }
    facts = replace(FACTS, settings=settings)
    body = f"{HEADER}\n{ROWS[0]}\n".encode() + b"A-9;20.11.2026;DE;M\xfcTZE;1;5,00\n"
    good, bad = GENERIC.webhook.file_messages(Delivery(headers={}, query={}, body=body), facts)
    assert order(good, facts).external_reference == "A-1"
    assert fault(bad, facts) == "row 3: is no text in utf-8"


def test_rows_of_one_order_that_stand_apart_are_refused() -> None:
    first, other, again = split(ROWS[0], ROWS[2], ROWS[1])
    assert order(first).external_reference == "A-1"
    assert order(other).external_reference == "A-2"
    assert fault(again) == "row 4: the order's rows stand apart, from row 2 on: sort the file by order"


def test_a_message_is_read_by_the_columns_as_they_are_then() -> None:
    points = replace(FACTS, settings=dict(FACTS.settings) | {"csv": {"dateFormat": "%d.%m.%Y"}})
    [message] = split(ROWS[2], facts=points)
    assert fault(message, points).startswith("row 2, column Preis")
    assert order(message).lines[0].unit_price == "5.00"
    assert "Columns are missing" in fault(message, replace(FACTS, settings={}))


def test_columns_that_are_not_there_refuse_the_file() -> None:
    with pytest.raises(Unreadable, match="Columns are missing: external_id"):
        split(*ROWS, facts=replace(FACTS, settings={}))
    with pytest.raises(Unreadable, match="no field"):
        split(*ROWS, facts=replace(FACTS, settings={"columns": {"colour": "Farbe"}}))
    with pytest.raises(Unreadable, match="no orders"):
        split()


def test_a_file_of_too_many_orders_is_for_an_import() -> None:
    with pytest.raises(Unreadable, match="more than 10000"):
        split(*(f"B-{number};20.11.2026;DE;MUG;1;1,00" for number in range(10_001)))
