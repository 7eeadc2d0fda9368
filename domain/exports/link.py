"""Links to files: whoever has one may download, until it expires."""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.access.keys import pepper
from domain.exports.refusals import InvalidLink, LinkExpired

VALID_FOR: Final = timedelta(hours=1)
_DIGITS_MAX: Final = 12


def link_to(export_id: UUID, *, until: datetime) -> str:
    """The path and query of a link that is good until then."""
    expires = str(int(until.timestamp()))
    return f"/exports/{export_id}?expires={expires}&signature={_signature(export_id, expires)}"


def require_link(export_id: UUID, expires: str, signature: str, *, now: datetime) -> None:
    """Let whoever has a good link pass.

    Raises:
        InvalidLink: we did not make it so.
        LinkExpired: we did, and it was good until some time ago.
    """
    if not hmac.compare_digest(_signature(export_id, expires).encode(), signature.encode()):
        raise InvalidLink("This link was not made here, or was changed.")
    if int(expires) <= now.timestamp():
        raise LinkExpired("This link has expired: ask the export for another one.")


def _signature(export_id: UUID, expires: str) -> str:
    return hmac.digest(pepper(), f"export {export_id} until {expires}".encode(), "sha256").hex()
