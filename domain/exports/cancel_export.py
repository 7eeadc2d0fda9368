"""Give an export up; what is written of it goes with the next sweep."""

from datetime import datetime
from uuid import UUID

from domain.exports.find import find_export
from domain.exports.models import ExportState
from domain.exports.refusals import ExportEnded
from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, transactional

# A run that is under way finds itself overtaken at its next piece.
_CANCEL = """
    UPDATE exports SET state = 'CANCELLED', epoch = epoch + 1, code = NULL, error = NULL, updated_at = $2,
        ended_at = $2
    WHERE id = $1 AND state IN ('WAITING', 'RUNNING')
"""


@transactional
async def cancel_export(export_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give it up. Idempotent.

    Raises:
        UnknownExport, NotAllowed: as their names say.
        ExportEnded: it is DONE, or has FAILED.
    """
    by.require(Scope.READ)
    found = await find_export(export_id, by=by)
    if found["state"] == ExportState.CANCELLED or await execute(_CANCEL, export_id, now):
        return
    raise ExportEnded("The export has ended.", field="id")
