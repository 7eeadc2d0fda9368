"""Order files are read whatever they are compressed with, and a damaged one says where it ends."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.replaying import (
    FileChannel,
    RefusalCode,
    RowRefusal,
    UnreadableFile,
    catalogue_of,
    parse_row,
    read_lines,
)
from domain.channels.order_file.parsing import ROW_MAX_BYTES

ROWS = b'\xef\xbb\xbf{"a": 1}\n\n  \r\n{"a": 4}\n{"a": 5}'
EXPECTED = [(1, b'{"a": 1}\n'), (4, b'{"a": 4}\n'), (5, b'{"a": 5}')]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress, bz2.compress])
def test_lines_come_with_their_numbers(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "orders"
    path.write_bytes(compress(ROWS))
    assert list(read_lines(path)) == EXPECTED
    assert list(read_lines(path, start_offset_line=4)) == EXPECTED[2:]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, bz2.compress])
def test_a_file_cut_short_is_told(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "orders.cut"
    path.write_bytes(compress(ROWS * 1_000)[:-9])
    with pytest.raises(UnreadableFile, match=r"orders\.cut, line \d+"):
        list(read_lines(path))


def test_zstd_and_no_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(UnreadableFile, match="decompress it first"):
        list(read_lines(path))
    with pytest.raises(UnreadableFile):
        list(read_lines(tmp_path / "absent"))


def test_an_endless_row_is_cut_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_bytes(b"x" * (ROW_MAX_BYTES * 2 + 5) + b"\n{}\n")
    (number, cut), following = read_lines(path)
    assert len(cut) == ROW_MAX_BYTES + 1
    refusal = parse_row(number, cut)
    assert isinstance(refusal, RowRefusal)
    assert refusal.code is RefusalCode.TOO_LONG
    assert following == (2, b"{}\n")


def test_the_catalogue_is_that_of_the_orders_taken(tmp_path: Path) -> None:
    def row(kind: str, channel: object, *lines: tuple[str, str | None, int | None]) -> bytes:
        return json.dumps(
            {
                "channel": channel,
                "external_id": "1",
                "kind": kind,
                "placed_at": "2024-01-01T00:00:00Z",
                "currency": "EUR",
                "ship_to": {"country": "DE"},
                "lines": [
                    {"sku": sku, "name": name, "qty": 1, "unit_price": "1", "weight_g": weight}
                    for sku, name, weight in lines
                ],
            }
        ).encode()

    path = tmp_path / "orders.jsonl"
    path.write_bytes(
        b"\n".join(
            [
                row("order", {"code": "shop", "type": "pos"}, ("A", None, None), ("B", "Bee", 120)),
                row("return", {"code": "other"}, ("C", "Sea", None)),
                row("order", "plain", ("A", " Ay ", 5), ("B", "Later name", 7)),
                b"{",
            ]
        )
    )
    catalogue = catalogue_of(path)
    assert catalogue.channels == (
        FileChannel("shop", "POS", "EUR"),
        FileChannel("plain", "ONLINE_STORE", "EUR"),
    )
    assert [(v.sku, v.name, v.weight_g, v.weight_is_given) for v in catalogue.variants] == [
        ("A", "Ay", 5, True),
        ("B", "Bee", 120, True),
    ]
    assert catalogue.orders == 2
    assert catalogue.refused == {RefusalCode.NOT_AN_ORDER: 1, RefusalCode.BAD_JSON: 1}
