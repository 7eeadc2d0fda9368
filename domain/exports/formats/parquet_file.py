"""Parquet: typed columns, money in minor units beside its currency, times in UTC.

Pieces are Arrow streams; the file has them in row groups of a size that readers like.

Source: https://parquet.apache.org/docs/file-format/configurations/
"""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from domain.exports.formats.writing import Batch, Format, Outlet, Piece
from domain.exports.kinds.kind import Column, Type

ROW_GROUP_ROWS: Final = 65_536
_TYPES: Final = {
    Type.TEXT: pa.string(),
    Type.TEXTS: pa.list_(pa.string()),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.MONEY: pa.int64(),
    Type.TIME: pa.timestamp("us", tz="UTC"),
    Type.DATE: pa.date32(),
    Type.BOOLEAN: pa.bool_(),
}
_COMPRESSION: Final = "zstd"


class ParquetFile(Format):
    """Writes Parquet. `ship_to.city` is `ship_to_city` here, and an amount's name says `_minor`."""

    def piece(self, batch: Batch) -> Piece:
        rows = batch.rows()
        schema = _schema(batch.kind.columns)
        cells = zip(*rows, strict=True) if rows else ((),) * len(schema)
        arrays = [pa.array(column, form.type) for column, form in zip(cells, schema, strict=True)]
        out = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression=_COMPRESSION)
        with pa.ipc.new_stream(out, schema, options=options) as stream:
            stream.write_batch(pa.record_batch(arrays, schema=schema))
        return Piece(out.getvalue().to_pybytes(), len(rows))

    def assembly(self, columns: Sequence[Column], *, rows: int) -> "ParquetAssembly":  # noqa: ARG002 -- a sheet needs it
        return ParquetAssembly(_schema(columns))


class ParquetAssembly:
    """Gathers pieces into row groups."""

    def __init__(self, schema: Any) -> None:
        self._outlet = Outlet()
        self._schema = schema
        self._writer = pa.parquet.ParquetWriter(
            pa.PythonFile(self._outlet, mode="w"), schema, compression=_COMPRESSION
        )
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, piece: bytes) -> bytes:
        with pa.ipc.open_stream(piece) as stream:
            batches = list(stream)
        self._waiting += batches
        self._rows += sum(batch.num_rows for batch in batches)
        if self._rows >= ROW_GROUP_ROWS:
            self._write()
        return self._outlet.take()

    def finish(self) -> bytes:
        if self._rows:
            self._write()
        self._writer.close()
        return self._outlet.take()

    def _write(self) -> None:
        table = pa.Table.from_batches(self._waiting, schema=self._schema)
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._waiting, self._rows = [], 0


def _schema(columns: Sequence[Column]) -> Any:
    return pa.schema([(_name(column), _TYPES[column.type]) for column in columns])


def _name(column: Column) -> str:
    name = column.name.replace(".", "_")
    return f"{name}_minor" if column.type is Type.MONEY else name
