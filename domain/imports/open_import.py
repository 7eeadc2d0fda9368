"""Open an import: what its file will be, and where it goes. Its bytes follow, in pieces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.channels.find import channel_by_code
from domain.channels.order_file.reading import WrongReading, reading_of
from domain.imports.models import Import, ImportFormat, ImportState
from domain.imports.refusals import InvalidImport
from domain.shared.actor import Actor, Scope
from domain.shared.database import transactional
from domain.shared.ids import new_id
from domain.shared.text import require_text

REFUSED_BEFORE_PAUSE: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenImport:
    """`given` is what is said of how to read it, in place of the channel's settings."""

    channel: str
    format: ImportFormat
    file_name: str = ""
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


@transactional
async def open_import(ask: OpenImport, *, by: Actor, now: datetime) -> UUID:
    """Open it; its id.

    Raises:
        UnknownChannel: there is none with this code that `by` may see.
        InvalidImport: a map or a setting cannot be right.
        NotAllowed: the key may not write orders.
    """
    by.require(Scope.ORDERS_WRITE)
    channel = await channel_by_code(ask.channel, by=by)
    try:
        reading = reading_of(channel.settings, ask.given, timezone=channel.timezone)
    except WrongReading as wrong:
        raise InvalidImport(str(wrong), field=wrong.field) from None
    opened = await Import.create(
        id=new_id(),
        channel_id=channel.id,
        format=ask.format,
        file_name=require_text(ask.file_name, field="fileName", longest=200),
        reading=reading.stored(),
        state=ImportState.UPLOADING,
        pause_at=REFUSED_BEFORE_PAUSE,
        created_at=now,
        created_by=by.name,
        updated_at=now,
    )
    return opened.id
