"""Take in an upload piece by piece: each is kept once it is acknowledged, and none is kept twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.imports.models import IMPORTS, ImportState
from domain.imports.refusals import UnknownImport, UploadTooLarge, WrongImportState, WrongOffset
from domain.jobs.long_work import enqueue_turn
from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, fetch_one, transactional

PIECE_BYTES: Final = 512 * 1024
UPLOAD_MAX_BYTES: Final = 16 * 1024**3

_LOOK = "SELECT channel_id, state, received FROM imports WHERE id = $1"
_APPEND = """
    WITH moved AS (
        UPDATE imports SET received = received + octet_length($3::bytea), updated_at = $4
        WHERE id = $1 AND state = 'UPLOADING' AND received = $2 RETURNING id)
    INSERT INTO import_pieces (import_id, start, bytes) SELECT id, $2, $3 FROM moved
"""
_COMPLETE = """
    UPDATE imports SET state = 'WAITING', updated_at = $3 WHERE id = $1 AND state = 'UPLOADING' AND received = $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How far an upload is."""

    channel_id: UUID
    state: str
    received: int

    @property
    def complete(self) -> bool:
        return self.state != ImportState.UPLOADING


async def upload_of(import_id: UUID, *, by: Actor) -> Upload:
    """How far it is.

    Raises:
        UnknownImport: there is none that `by` may see.
        NotAllowed: the key may not write orders.
    """
    by.require(Scope.ORDERS_WRITE)
    upload = await fetch_one(_LOOK, Upload, import_id)
    if upload is None or not by.sees_channel(upload.channel_id):
        raise UnknownImport(f"No import {import_id}.", field="id")
    return upload


async def append_piece(import_id: UUID, piece: bytes, *, offset: int, by: Actor, now: datetime) -> None:
    """Keep the bytes that begin at `offset`. Of two that send the same, one is told WrongOffset.

    Raises:
        WrongOffset, WrongImportState, UploadTooLarge: as their names say.
    """
    if offset + len(piece) > UPLOAD_MAX_BYTES:
        raise UploadTooLarge(f"An upload has up to {UPLOAD_MAX_BYTES} bytes; split the file.")
    if not await execute(_APPEND, import_id, offset, piece, now):
        await _explain(import_id, offset, by)


@transactional
async def complete_upload(import_id: UUID, *, size: int, by: Actor, now: datetime) -> None:
    """All `size` bytes are there: have them worked off. Idempotent.

    Raises:
        WrongOffset, WrongImportState: as their names say.
    """
    if await execute(_COMPLETE, import_id, size, now):
        await enqueue_turn(IMPORTS, import_id, now=now)
        return
    known = await upload_of(import_id, by=by)
    if known.received != size or known.state in (ImportState.UPLOADING, ImportState.CANCELLED):
        await _explain(import_id, size, by)


async def _explain(import_id: UUID, offset: int, by: Actor) -> None:
    upload = await upload_of(import_id, by=by)
    if upload.complete:
        raise WrongImportState(f"The import is {upload.state}; its file is complete.", field="id")
    if upload.received != offset:
        raise WrongOffset(expected=upload.received)
    raise WrongImportState("The upload moved on meanwhile; ask for its offset.", field="id")
