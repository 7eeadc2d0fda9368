"""EXPORT: write files, a while each, so that a large one does not keep the others waiting."""

from datetime import timedelta
from uuid import UUID

from domain.exports.models import EXPORTS
from domain.exports.run_export import run_export
from workers.handling import TURN_S, Work, in_turns


async def export(work: Work) -> None:
    """Each export gets a turn."""
    keep = timedelta(days=work.settings.export_retention_days)

    async def turn(export_id: UUID) -> bool:
        return await run_export(export_id, within_s=TURN_S, keep=keep, now=work.now)

    await in_turns(work, EXPORTS, turn)
