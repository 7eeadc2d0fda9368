"""What the Chinese platforms share: Beijing's clock, a signed call, and pages read from the last to the first."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import md5
from urllib.parse import urlencode

from domain.channels.adapters.contract import Cursor, HttpRequest, Unreadable
from domain.shared.money import NotRepresentable, to_minor

# China keeps one time and has had no summer time since 1991, so a fixed offset is exact.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_FORMAT = "%Y-%m-%d %H:%M:%S"


def from_beijing(text: str, *, path: str = "") -> datetime:
    """The time that `2026-11-20 16:00:00` is in China, where platforms write no offset.

    Raises:
        Unreadable: it is not written so.
    """
    try:
        return datetime.strptime(text, _FORMAT).replace(tzinfo=BEIJING)
    except ValueError:
        raise Unreadable("must be a time such as 2026-11-20 16:00:00", path=path) from None


def in_beijing(time: datetime) -> str:
    """The time as the platforms write it."""
    return time.astimezone(BEIJING).strftime(_FORMAT)


def from_seconds(seconds: int, *, path: str = "") -> datetime:
    """The time that is so many seconds after 1970.

    Raises:
        Unreadable: it is out of range.
    """
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError):
        raise Unreadable("must be seconds since 1970", path=path) from None


def in_seconds(time: datetime) -> int:
    return int(time.timestamp())


def in_fen(yuan: Decimal, *, path: str = "") -> int:
    """An amount that is stated in yuan, in whole fen.

    Raises:
        Unreadable: it has a fraction of a fen, or is out of range.
    """
    try:
        return to_minor(yuan, "CNY")
    except NotRepresentable as wrong:
        raise Unreadable(str(wrong), path=path) from None


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """The MD5 in upper case over `secret`, every name and value in the order of names, and `secret` again.

    Source: Taobao (https://developer.alibaba.com/docs/doc.htm?articleId=101617), the same at Pinduoduo
    (https://open.pinduoduo.com, signing of requests) and JD (https://open.jd.com, sign_method md5).
    """
    text = "".join(f"{name}{parameters[name]}" for name in sorted(parameters))
    return md5(f"{secret}{text}{secret}".encode(), usedforsecurity=False).hexdigest().upper()


def signed_form(path: str, parameters: Mapping[str, str], secret: str) -> HttpRequest:
    """A form POST of `parameters` with their signature as `sign`."""
    form = {**parameters, "sign": signature(parameters, secret)}
    return HttpRequest(
        method="POST",
        path=path,
        headers={"content-type": "application/x-www-form-urlencoded;charset=utf-8"},
        body=urlencode(form).encode(),
    )


def next_backwards(cursor: Cursor, total: int, *, size: int, first: int) -> tuple[str | None, bool]:
    """The page to read after the one at `cursor`, and whether what this one holds counts.

    An order that changes leaves the window, and all behind it move up by one: read forwards, the next page
    would miss one. So the first answer is only asked how many there are, then pages are read from the last
    to the first; whatever moves up is still ahead, or is read twice. `first` is the number of the first page.
    """
    if cursor.page is not None:
        page = page_number(cursor, first=first)
        return (str(page - 1) if page > first else None), True
    pages = -(-total // size)
    return (str(first + pages - 1), False) if pages > 1 else (None, True)


def page_number(cursor: Cursor, *, first: int) -> int:
    """The number of the page at `cursor`.

    Raises:
        Unreadable: the mark is not one of `next_backwards`.
    """
    if cursor.page is None:
        return first
    if not cursor.page.isdecimal():
        raise Unreadable(f"{cursor.page!r} is no number of a page", path="page")
    return int(cursor.page)
