"""The bytes of a file that is done, read as they are sent."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.exports.formats.names import ExportFormat
from domain.exports.models import Export, ExportState
from domain.exports.refusals import LinkExpired, UnknownExport
from domain.shared.database import records

_NEXT: Final = """
    SELECT start, bytes FROM export_pieces WHERE export_id = $1 AND assembled = $2 AND start >= $3
    ORDER BY start LIMIT 1
"""
# The piece that an offset lies in begins at it or before.
_AT: Final = """
    SELECT start, bytes FROM export_pieces WHERE export_id = $1 AND assembled = $2 AND start <= $3
    ORDER BY start DESC LIMIT 1
"""


async def finished(export_id: UUID, *, now: datetime) -> Export:
    """The export, if its file is there.

    Raises:
        UnknownExport: it is not done, or there is none.
        LinkExpired: the file is gone.
    """
    found = await Export.get_or_none(id=export_id, state=ExportState.DONE)
    if found is None:
        raise UnknownExport("There is no such file.")
    if found.expires_at is None or found.expires_at <= now:
        raise LinkExpired("The file is gone; export it again.")
    return found


async def bytes_of(export: Export, *, offset: int = 0) -> AsyncIterator[bytes]:
    """The file from an offset within it."""
    assembled = ExportFormat(export.format).assembled
    found = await records(_AT, export.id, assembled, offset)
    while found:
        [piece] = found
        yield piece["bytes"][max(0, offset - piece["start"]) :]
        end = piece["start"] + len(piece["bytes"])
        found = await records(_NEXT, export.id, assembled, end)
