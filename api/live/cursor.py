"""A place in the feed as clients hold it: an opaque string. Pure."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from domain.shared.refusal import Conflict, InvalidInput

_PLAIN = re.compile(rb"feed:(0|[1-9][0-9]{0,17})")


class InvalidCursor(InvalidInput):
    """The cursor is none of ours, or of a place the feed has not reached."""

    code = "INVALID_CURSOR"

    def __init__(self, message: str = "This is no cursor of the feed.", *, field: str = "after") -> None:
        super().__init__(message, field=field)


class CursorExpired(Conflict):
    """What followed this cursor is no longer kept: read a snapshot, and follow from its position."""

    code = "CURSOR_EXPIRED"

    def __init__(self, *, oldest: int, field: str = "after") -> None:
        super().__init__(
            "The feed is no longer kept from this cursor on; read what you need anew and follow from there.",
            field=field,
        )
        self.oldest = oldest


def cursor_of(position: int) -> str:
    """The cursor that stands right after the entry at `position`."""
    return urlsafe_b64encode(b"feed:%d" % position).decode("ascii")


def position_of(cursor: str) -> int:
    """The position that `cursor` stands after.

    Raises:
        InvalidCursor: `cursor_of` never returned this.
    """
    try:
        plain = urlsafe_b64decode(cursor.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise InvalidCursor from None
    found = _PLAIN.fullmatch(plain)
    if found is None or cursor_of(int(found[1])) != cursor:
        raise InvalidCursor
    return int(found[1])
