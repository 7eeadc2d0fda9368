"""An interrupted replay goes on where it was, and only where that is certain."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.replaying.batching import BATCH_MAX_BYTES, batches
from cli.replaying.replaying import Counts
from cli.replaying.resuming import (
    Position,
    beginning_of,
    load_position,
    position_file,
    save_position,
)
from cli.replaying.sending import sorted_out
from cli.replaying.shape import Line, PlaceOrderInput, ShipTo

URL = "http://127.0.0.1:8080"


def order(reference: str) -> PlaceOrderInput:
    return PlaceOrderInput(
        channel="web",
        externalReference=reference,
        placedAt="2026-01-01T00:00:00+00:00",
        currencyCode="EUR",
        shipTo=ShipTo(countryCode="DE"),
        lines=[Line(sku="A", quantity=1, unitPrice="1.00")],
    )


def row(number: int, *, padding: int = 0) -> bytes:
    return orjson.dumps(
        {
            "channel": "web",
            "external_id": str(number),
            "placed_at": "2026-01-01T00:00:00Z",
            "currency": "EUR",
            "customer_ref": "c",
            "ship_to": {"country": "DE"},
            "lines": [{"sku": "A", "qty": 1, "unit_price": "1"}],
            "ignored": "x" * padding,
        }
    )


def saved(report: Path, *, beginning: str = "b", url: str = URL) -> Position:
    report.write_bytes(b"123456\n")
    position = Position(
        url=url, beginning=beginning, line=7, report_bytes=7, last_order=("web", "7"), counts={"rows": 7}
    )
    save_position(report, position)
    return position


def test_a_saved_position_comes_back(tmp_path: Path) -> None:
    report = tmp_path / "r.jsonl"
    assert load_position(report, url=URL, beginning="b") == Position(url=URL, beginning="b")
    assert saved(report) == load_position(report, url=URL, beginning="b")


def test_another_file_or_another_api_starts_anew(tmp_path: Path) -> None:
    report = tmp_path / "r.jsonl"
    saved(report)
    assert load_position(report, url=URL, beginning="other").line == 0
    assert load_position(report, url="http://elsewhere", beginning="b").line == 0


def test_a_report_that_lost_its_end_starts_anew(tmp_path: Path) -> None:
    report = tmp_path / "r.jsonl"
    saved(report)
    report.write_bytes(b"123")
    assert load_position(report, url=URL, beginning="b").line == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 99}', b"null"])
def test_an_unreadable_position_starts_anew(tmp_path: Path, content: bytes) -> None:
    report = tmp_path / "r.jsonl"
    position_file(report).write_bytes(content)
    assert load_position(report, url=URL, beginning="b").line == 0


def test_a_file_that_grew_begins_as_before(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_bytes(row(1) + b"\n")
    before = beginning_of(file)
    file.write_bytes(row(1) + b"\n" + row(2) + b"\n")
    assert beginning_of(file) == before
    file.write_bytes(row(2) + b"\n")
    assert beginning_of(file) != before


def test_batches_hold_every_row_once() -> None:
    lines = [(number, row(number) if number % 3 else b"{broken") for number in range(1, 51)]
    made = list(batches(iter(lines), orders_max=10))
    numbers = [
        n for batch in made for n in (*(n for n, _ in batch.orders), *(r.line_number for r in batch.refused))
    ]
    assert sorted(numbers) == list(range(1, 51))
    assert all(len(batch.orders) <= 10 for batch in made)
    assert [batch.last_line for batch in made] == sorted(batch.last_line for batch in made)
    assert made[-1].last_line == 50


def test_large_rows_make_small_batches() -> None:
    lines = [(number, row(number, padding=BATCH_MAX_BYTES // 3)) for number in range(1, 7)]
    assert [len(batch.orders) for batch in batches(iter(lines), orders_max=100)] == [2, 2, 2]


def test_each_answer_is_sorted_to_its_row() -> None:
    rows = [(line, order(str(line))) for line in (3, 5, 8, 9)]
    refusal = {"code": "UNKNOWN_SKU", "field": "lines[0].sku", "message": "There is no SKU 'A'."}
    results: list[dict[str, Any]] = [
        {"index": 2, "replayed": True, "order": {"id": "2"}, "userErrors": []},
        {"index": 0, "replayed": False, "order": {"id": "0"}, "userErrors": []},
        {"index": 1, "replayed": False, "order": None, "userErrors": [refusal]},
    ]
    sent = sorted_out(rows, results)
    assert (sent.accepted, sent.replayed) == (1, 1)
    assert [(told.line, told.code, told.field, told.lost) for told in sent.report] == [
        (5, "UNKNOWN_SKU", "lines[0].sku", False),
        (9, "NO_ANSWER", None, True),
    ]
    assert sent.last_order == ("web", "8")

    counts = Counts()
    counts.add(sent)
    assert (counts.rows, counts.lost, counts.refused) == (4, 1, {"UNKNOWN_SKU": 1})
    assert Counts.of(counts.flat()) == counts
