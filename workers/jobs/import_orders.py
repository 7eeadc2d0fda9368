"""IMPORT: work files of orders off, a while each, so that a large one does not keep the others waiting."""

from uuid import UUID

from domain.imports.models import IMPORTS
from domain.imports.run_import import run_import
from workers.handling import TURN_S, Work, in_turns


async def import_orders(work: Work) -> None:
    """Each import gets a turn."""

    async def turn(import_id: UUID) -> bool:
        return await run_import(import_id, within_s=TURN_S, now=work.now)

    await in_turns(work, IMPORTS, turn)
