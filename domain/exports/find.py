"""Exports that somebody may see: those in which nothing is that they may not."""

from uuid import UUID

from tortoise.expressions import Q

from domain.exports.models import Export
from domain.exports.refusals import UnknownExport
from domain.shared.actor import Actor
from domain.shared.reading import Row, having


def visible(by: Actor) -> Q:
    """Exports of no other channels than `by` sees."""
    return Q() if by.channel_ids is None else having("channel_ids__contained_by", sorted(by.channel_ids))


async def find_export(export_id: UUID, *, by: Actor) -> Row:
    """The export.

    Raises:
        UnknownExport: there is none that `by` may see.
    """
    rows = await Export.filter(visible(by), id=export_id).values()
    if not rows:
        raise UnknownExport("There is no such export.", field="id")
    found: Row = rows[0]
    return found
