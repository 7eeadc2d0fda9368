"""Ask for a file; it is written by workers, piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.exports.formats.names import ExportFormat
from domain.exports.kinds.registry import KINDS
from domain.exports.models import EXPORTS, Export, ExportState
from domain.exports.refusals import TooManyExports
from domain.jobs.long_work import enqueue_turn
from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, fetch_value, transactional
from domain.shared.ids import new_id
from domain.shared.text import require_text

OPEN_MAX: Final = 5
# Two that ask in one name wait for each other, so that each counts what the other asked for.
_IN_TURN: Final = "SELECT pg_advisory_xact_lock(470240, hashtext($1))"
_OPEN: Final = "SELECT count(*) FROM exports WHERE created_by = $1 AND ended_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExport:
    """`what` is for the kind to understand; `bom`: a CSV begins with a byte order mark, for Excel."""

    kind: str
    what: Mapping[str, Any]
    format: ExportFormat
    file_name: str = ""
    bom: bool = False


@transactional
async def open_export(ask: OpenExport, *, by: Actor, now: datetime) -> UUID:
    """Ask for it; its id. What `by` may not see will not be in it.

    Raises:
        TooManyExports: OPEN_MAX that were asked for in this name are not done yet.
        NotAllowed: the key may not read.
    """
    by.require(Scope.READ)
    name = require_text(ask.file_name, field="fileName", longest=200)
    await execute(_IN_TURN, by.name)
    if await fetch_value(_OPEN, by.name) >= OPEN_MAX:
        raise TooManyExports(f"{OPEN_MAX} exports of {by.name} are still being written.")
    opened = await Export.create(
        id=new_id(),
        kind=KINDS[ask.kind].name,
        format=ask.format,
        what=ask.what,
        bom=ask.bom,
        channel_ids=None if by.channel_ids is None else sorted(by.channel_ids),
        file_name=name or f"{ask.kind.lower()}-{now:%Y-%m-%d}.{ask.format.lower()}",
        state=ExportState.WAITING,
        created_at=now,
        created_by=by.name,
        updated_at=now,
    )
    await enqueue_turn(EXPORTS, opened.id, now=now)
    return opened.id
