"""Rows of a CSV file: where a record ends, what a quote that never closes costs, and how much is looked at."""

import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channels.order_file.csv_rows import RECORD_LINES_MAX, CsvRows, header_of
from domain.channels.order_file.lines import Lines
from domain.channels.order_file.parsing import Into
from domain.channels.order_file.reading import REQUIRED, Reading
from domain.channels.order_file.refusals import RowRefusal
from domain.channels.order_file.units import Unit
from domain.channels.raw_order import RawOrder

HEADER = ",".join(REQUIRED).encode()


def read(lines: Sequence[bytes]) -> list[Unit]:
    cutting = Lines(lines=1)
    whole = b"".join(line + b"\n" for line in lines)
    rows = CsvRows(header_of(HEADER, HEADER, Reading()), Into(channel="shop", currency="EUR"))
    return [*rows.take(cutting.push(whole)), *rows.take(cutting.finish()), *rows.finish()]


def is_closed(raw: bytes) -> bool:
    """Sign by sign: whether no quoted cell is open at the end."""
    inside, at_start = False, True
    for sign in raw.decode():
        if sign == '"' and (inside or at_start):
            inside = not inside
            at_start = not inside
        else:
            at_start = not inside and sign in ",\n"
    return not inside


def records(lines: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """First and last line of each record, by looking at all that may follow."""
    begin = 0
    while begin < len(lines):
        ends = range(begin + 1, len(lines) + 1)
        end = next((end for end in ends if is_closed(b"\n".join(lines[begin:end]))), begin + 1)
        yield begin + 2, end + 1  # the header is line 1
        begin = end


@given(st.lists(st.text('",x', max_size=6).map(str.encode), max_size=9))
@settings(deadline=None, max_examples=400)
def test_a_record_ends_where_its_quotes_do(lines: list[bytes]) -> None:
    begins, ends = [list(edges) for edges in zip(*records(lines), strict=True)] if lines else [[], []]
    units = read(lines)
    assert sum(max(unit.rows, 1) for unit in units) == len(ends)
    assert {unit.line for unit in units} <= set(begins)
    assert {unit.lines for unit in units} <= set(ends)


ROW = "R-1,2026-11-20T10:00Z,DE,{},1,1.00"


@pytest.mark.parametrize(
    "broken",
    [
        "R-1,2026-11-20T10:00Z,DE,CUP",
        ",2026-11-20T10:00Z,DE,CUP,1,1.00",
        'R-1,2026-11-20T10:00Z,DE,"CUP,1,1.00',
        "R-1,2026-11-20T10:00Z,DE,CUP,1,1.00,EUR",
    ],
    ids=["too short", "no reference", "open quote", "too long"],
)
@pytest.mark.parametrize("at", [1, 2])
def test_an_order_is_refused_with_a_row_that_cannot_be_read(broken: str, at: int) -> None:
    rows = [ROW.format("MUG"), ROW.format("POT")]
    rows.insert(at, broken)
    rows.append("R-2,2026-11-20T10:00Z,DE,PAN,1,1.00")

    refused, other = read([row.encode() for row in rows])

    assert isinstance(refused.stated, RowRefusal)
    assert refused.stated.line_number == at + 2
    assert (refused.rows, refused.raw) == (3, "\n".join(rows[:3]).encode())
    assert isinstance(other.stated, RawOrder)


def test_a_total_below_an_order_is_refused_alone() -> None:
    good, total = read([ROW.format("MUG").encode(), b",,,Total,,1.00"])
    assert isinstance(good.stated, RawOrder)
    assert isinstance(total.stated, RowRefusal)
    assert (total.line, total.lines) == (3, 3)


def test_a_row_that_cannot_be_read_is_of_the_order_that_it_names() -> None:
    rows = [ROW.format("MUG"), "R-2,2026-11-20T10:00Z,DE", "R-2,2026-11-20T10:00Z,DE,PAN,1,1.00"]
    good, refused = read([row.encode() for row in rows])
    assert isinstance(good.stated, RawOrder)
    assert isinstance(refused.stated, RowRefusal)
    assert refused.rows == 2


def test_a_quote_that_never_closes_costs_its_own_line() -> None:
    good = b"R-%d,2026-11-20T10:00Z,DE,MUG,1,1.00"
    lines = [b'"R-0,2026-11-20T10:00Z,DE,MUG,1,1.00', *(good % number for number in range(1, 1_500))]
    broken, *others = read(lines)
    assert isinstance(broken.stated, RowRefusal)
    assert broken.stated.message == "has a quote that is not closed"
    assert len(others) == 1_499
    assert not any(isinstance(unit.stated, RowRefusal) for unit in others)


def steps(lines: Sequence[bytes]) -> int:
    """How many lines of code it takes to read them."""
    count = 0

    def trace(_frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(lines)
    finally:
        sys.settrace(before)
    return count


def test_twice_as_many_quotes_that_do_not_close_are_twice_the_work() -> None:
    once = steps([b'x","'] * RECORD_LINES_MAX * 2)
    assert steps([b'x","'] * RECORD_LINES_MAX * 4) < once * 2.5
