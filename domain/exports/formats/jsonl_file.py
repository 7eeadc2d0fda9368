"""JSON Lines: an object a line.

Source: https://jsonlines.org; RFC 8259.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from domain.exports.formats.cells import decimal_text
from domain.exports.formats.writing import Batch, Format, Piece
from domain.exports.kinds.kind import Cells, Column, Type

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


class JsonlFile(Format):
    """Writes JSON Lines; money as decimal text in the currency's main unit."""

    def piece(self, batch: Batch) -> Piece:
        document = batch.kind.document or _document(batch.kind.columns)
        lines = [orjson.dumps(document(record), option=_OPTIONS) for record in batch.records]
        return Piece(b"".join(lines), len(lines))


def _document(columns: Sequence[Column]) -> Callable[[Cells], Mapping[str, Any]]:
    """A row's cells by their columns' names."""
    names = [column.name for column in columns]
    money = [(column.name, column.currency) for column in columns if column.type is Type.MONEY]

    def document(row: Cells) -> Mapping[str, Any]:
        found = dict(zip(names, row, strict=True))
        for name, currency in money:
            if found[name] is not None:
                found[name] = decimal_text(found[name], found[currency or ""])
        return found

    return document
