"""Which module writes which format: a new one is one file and one line here."""

from collections.abc import Mapping
from typing import Final

from domain.exports.formats.csv_file import CsvFile
from domain.exports.formats.jsonl_file import JsonlFile
from domain.exports.formats.names import ExportFormat
from domain.exports.formats.parquet_file import ParquetFile
from domain.exports.formats.writing import Format
from domain.exports.formats.xlsx_file import XlsxFile

FORMATS: Final[Mapping[ExportFormat, Format]] = {
    ExportFormat.CSV: CsvFile(),
    ExportFormat.JSONL: JsonlFile(),
    ExportFormat.XLSX: XlsxFile(),
    ExportFormat.PARQUET: ParquetFile(),
}
