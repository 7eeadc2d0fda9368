"""Pause an import, resume it, or cancel it. What was placed stays placed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.imports.models import IMPORTS, ImportState
from domain.imports.open_import import REFUSED_BEFORE_PAUSE
from domain.imports.refusals import WrongImportState
from domain.imports.upload import upload_of
from domain.jobs.long_work import enqueue_turn
from domain.shared.actor import Actor
from domain.shared.database import execute, transactional

# A run that is under way holds the row for one chunk at a time, and sees the new state at its next.
_MOVE = """
    UPDATE imports SET state = $2, updated_at = $4, epoch = epoch + 1, code = NULL, error = NULL,
        ended_at = CASE WHEN $2 = 'CANCELLED' THEN $4::timestamptz END,
        pause_at = CASE WHEN $2 = 'WAITING' THEN refused + $5 ELSE pause_at END
    WHERE id = $1 AND state = ANY($3::text[]) AND pruned_at IS NULL
"""


@transactional
async def pause_import(import_id: UUID, *, by: Actor, now: datetime) -> None:
    """Stop after the chunk that is under way. Idempotent.

    Raises:
        UnknownImport, WrongImportState, NotAllowed: as their names say.
    """
    await _move(import_id, ImportState.PAUSED, ["WAITING", "RUNNING", "PAUSED"], by, now)


@transactional
async def resume_import(import_id: UUID, *, by: Actor, now: datetime) -> None:
    """Go on where it stopped; also one that FAILED.

    Raises:
        UnknownImport, WrongImportState, NotAllowed: as their names say.
    """
    await _move(import_id, ImportState.WAITING, ["PAUSED", "FAILED"], by, now)
    await enqueue_turn(IMPORTS, import_id, now=now)


@transactional
async def cancel_import(import_id: UUID, *, by: Actor, now: datetime) -> None:
    """Give up what is left of it. Idempotent.

    Raises:
        UnknownImport, WrongImportState, NotAllowed: as their names say.
    """
    states = ["UPLOADING", "WAITING", "RUNNING", "PAUSED", "FAILED", "CANCELLED"]
    await _move(import_id, ImportState.CANCELLED, states, by, now)


async def _move(
    import_id: UUID, state: ImportState, from_states: Sequence[str], by: Actor, now: datetime
) -> None:
    upload = await upload_of(import_id, by=by)
    if not await execute(_MOVE, import_id, state, list(from_states), now, REFUSED_BEFORE_PAUSE):
        raise WrongImportState(f"The import is {upload.state}: that cannot be done now.", field="id")
