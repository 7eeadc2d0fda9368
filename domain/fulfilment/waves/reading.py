"""Waves, as rows: how far they are, what is fetched for them, what is packed."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import Q, Subquery

from domain.fulfilment.waves.models import Wave, WaveMember
from domain.fulfilment.waves.refusals import UnknownWave
from domain.shared.database import records, statement
from domain.shared.reading import Row, by_key, group

_PROGRESS = statement(__file__, "progress.sql")
_PICK_ROWS = statement(__file__, "pick_rows.sql")
_PARCELS = statement(__file__, "parcels.sql")
_WAVES_OF = """
    SELECT m.fulfilment_order_id, w.* FROM wave_members m JOIN waves w ON w.id = m.wave_id
    WHERE m.fulfilment_order_id = ANY($1::uuid[]) AND m.left_at IS NULL
"""
_NOTHING = ("parcels", "to_pick", "picking", "packed", "shipped", "rejected", "cancelled", "left_out")


async def waves(ids: Sequence[UUID]) -> list[Row | None]:
    """The wave of each id."""
    return await by_key(Wave, "id", ids)


async def wave_numbered(number: int) -> UUID:
    """The wave with this number.

    Raises:
        UnknownWave: there is none.
    """
    found = await Wave.filter(number=number).first().values_list("id", flat=True)
    if found is None:
        raise UnknownWave("There is no such wave.", field="id")
    return found  # type: ignore[return-value]


async def waves_of(fulfilment_order_ids: Sequence[UUID]) -> list[Row | None]:
    """The wave that each fulfilment order is in, if any."""
    found = {
        row["fulfilment_order_id"]: dict(row) for row in await records(_WAVES_OF, list(fulfilment_order_ids))
    }
    return [found.get(id_) for id_ in fulfilment_order_ids]


async def progress_of(wave_ids: Sequence[UUID]) -> list[Row]:
    """How many parcels of each wave stand where."""
    found = {row["wave_id"]: row for row in await records(_PROGRESS, list(wave_ids))}
    return [found.get(id_) or dict.fromkeys(_NOTHING, 0) for id_ in wave_ids]


async def pick_rows_of(wave_ids: Sequence[UUID]) -> list[list[Row]]:
    """What is fetched for each wave, by SKU: `sku name barcode units parcels`."""
    return group(map(dict, await records(_PICK_ROWS, list(set(wave_ids)))), "wave_id", wave_ids)


async def parcels_of(wave_ids: Sequence[UUID]) -> list[list[Row]]:
    """The parcels of each wave that leave, by their place on the cart: `position fulfilment_order_id`."""
    return group(map(dict, await records(_PARCELS, list(set(wave_ids)))), "wave_id", wave_ids)


def in_wave(wave_id: UUID) -> Q:
    """Fulfilment orders that are in the wave."""
    members = WaveMember.filter(wave_id=wave_id, left_at=None)
    return Q(id__in=Subquery(members.values("fulfilment_order_id")))
