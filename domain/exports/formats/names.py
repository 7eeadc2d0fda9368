"""The formats there are."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """How the file is written."""

    CSV = "CSV"
    JSONL = "JSONL"
    XLSX = "XLSX"
    PARQUET = "PARQUET"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def assembled(self) -> bool:
        """Whether the file is more than its rows one after the other."""
        return self in {ExportFormat.XLSX, ExportFormat.PARQUET}


_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8; header=present",
    ExportFormat.JSONL: "application/jsonl",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}
