"""A channel's settings: data that its adapter reads, such as a map of columns. Pure.

Known to all adapters: `endpoint` and `tokenEndpoint`, addresses instead of the platform's own; `skuMap`, the channel's SKUs to
ours; `columns`, what a file's columns are called, and `csv`, how else it is read; `polling` false, it is not asked for orders; `pollFrom`, since
when it is asked. Others are the adapter's own.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from domain.channels.order_file.reading import WrongReading, reading_of

BYTES_MAX = 256 * 1024
# What PostgreSQL reads as we do: one time that it could not read would keep all channels from being polled.
_MOMENT = re.compile(
    r"2\d{3}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII
)
ENDPOINTS = ("endpoint", "tokenEndpoint")  # where credentials are sent


class WrongSettings(ValueError):
    """The settings cannot be right; `field` is the path below them."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def stored_settings(settings: Mapping[str, Any]) -> str:
    """The settings as the JSON that is stored.

    Raises:
        WrongSettings: they are too large, cannot be stored, or one of the common ones has a wrong form.
    """
    for name in ENDPOINTS:
        if name in settings and not _is_endpoint(settings[name]):
            raise WrongSettings("Must be an address such as https://shop.example.", field=name)
    if not isinstance(settings.get("polling", True), bool):
        raise WrongSettings("Must be true or false.", field="polling")
    if "pollFrom" in settings and not _is_moment(settings["pollFrom"]):
        raise WrongSettings("Must be a time such as 2026-11-22T14:03:00+01:00.", field="pollFrom")
    if not _is_map_of_text(settings.get("skuMap", {})):
        raise WrongSettings("Must be an object of texts.", field="skuMap")
    try:
        reading_of(settings, {}, timezone="UTC")
    except WrongReading as wrong:
        raise WrongSettings(str(wrong), field=wrong.field) from None
    try:
        text = orjson.dumps(settings, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        raise WrongSettings("Must be JSON that can be stored.") from None
    if len(text) > BYTES_MAX or "\\u0000" in text:
        raise WrongSettings(f"Must be at most {BYTES_MAX // 1024} KiB, without NUL.")
    return text


def _is_endpoint(value: Any) -> bool:
    """An absolute HTTP address without a user in it, which would be a secret."""
    if not isinstance(value, str) or len(value) > 2_000 or not value.isascii() or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        return bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_map_of_text(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values())
