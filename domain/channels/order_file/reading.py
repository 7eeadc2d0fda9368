"""How a file's columns are read: settings of its channel, or given with the import. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030", "cp1252")
DELIMITERS: Final = (",", ";", "\t", "|")
ORDER_FIELDS: Final = (
    "external_id",
    "kind",
    "status",
    "placed_at",
    "promised_by",
    "currency",
    "customer_ref",
    "priority",
    "stock_policy",
    "split_policy",
    "max_shipments",
    "tags",
    "shipping",
    "tax",
    *(
        f"ship_to.{name}"
        for name in ("name", "line1", "line2", "city", "region", "postcode", "country", "phone", "lat", "lon")
    ),
)
LINE_FIELDS: Final = tuple(
    f"lines.{name}" for name in ("sku", "name", "qty", "unit_price", "discount", "platform_discount", "tax")
)
FIELDS: Final = frozenset((*ORDER_FIELDS, *LINE_FIELDS))
REQUIRED: Final = (
    "external_id",
    "placed_at",
    "ship_to.country",
    "lines.sku",
    "lines.qty",
    "lines.unit_price",
)


class WrongReading(ValueError):
    """The columns cannot be read so; `field` is the path to what is wrong."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`columns` says what the file calls our fields, `constants` what fields are that it does not have.

    `encoding` and `delimiter` None: told from the file's beginning. `date_format` None: ISO 8601; as
    `datetime.strptime` has it otherwise. Times without an offset are of the channel's time zone.
    """

    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    constants: Mapping[str, str] = field(default_factory=dict[str, str])
    delimiter: str | None = None
    decimal_comma: bool = False
    date_format: str | None = None
    encoding: str | None = None
    timezone: str = "UTC"

    def stored(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "delimiter": self.delimiter,
            "decimalComma": self.decimal_comma,
            "dateFormat": self.date_format,
            "encoding": self.encoding,
            "timezone": self.timezone,
        }


_NAMES: Final = {
    "delimiter": "delimiter",
    "decimalComma": "decimal_comma",
    "dateFormat": "date_format",
    "encoding": "encoding",
    "timezone": "timezone",
}


def reading_of(settings: Mapping[str, Any], given: Mapping[str, Any], *, timezone: str) -> Reading:
    """The channel's settings `columns` and `csv`, with what is given in their place.

    Raises:
        WrongReading: a field cannot be right.
    """
    columns = _texts(given.get("columns") or settings.get("columns") or {}, "columns")
    said = {"timezone": timezone, **_object(settings.get("csv") or {}, "csv"), **given}
    constants = _texts(said.get("constants") or {}, "constants")
    for name, map_ in (("columns", columns), ("constants", constants)):
        for key in map_:
            if key not in FIELDS:
                raise WrongReading(f"There is no field {key!r} of an order.", field=f"{name}.{key}")
    reading = Reading(columns=columns, constants=constants)
    return _judged(replace(reading, **{ours: said[name] for name, ours in _NAMES.items() if said.get(name)}))


def _judged(reading: Reading) -> Reading:
    if reading.delimiter is not None and reading.delimiter not in DELIMITERS:
        raise WrongReading("Must be a comma, a semicolon, a tab or |.", field="delimiter")
    if reading.encoding is not None and reading.encoding not in ENCODINGS:
        raise WrongReading(f"Must be one of {', '.join(ENCODINGS)}.", field="encoding")
    if not isinstance(reading.decimal_comma, bool):
        raise WrongReading("Must be true or false.", field="decimalComma")
    try:
        ZoneInfo(reading.timezone)
    except (ValueError, OSError, TypeError, LookupError):
        raise WrongReading("Must be a time zone such as Europe/Berlin.", field="timezone") from None
    if reading.date_format is not None:
        _require_date_format(reading.date_format)
    return reading


def _require_date_format(form: Any) -> None:
    now = datetime(2026, 11, 22, 13, 14)  # noqa: DTZ001 -- only whether the format can be read
    try:
        datetime.strptime(now.strftime(form), form)  # noqa: DTZ007
    except (ValueError, TypeError):
        raise WrongReading("Must be a format such as %d.%m.%Y %H:%M.", field="dateFormat") from None


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise WrongReading("Must be an object.", field=name)
    return value


def _texts(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise WrongReading("Must be an object of texts.", field=name)
    return {key: text.strip() for key, text in value.items()}
