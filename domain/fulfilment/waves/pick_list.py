"""A wave's pick list: what is fetched, and what goes into which parcel."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from domain.fulfilment.waves.reading import pick_rows_of
from domain.fulfilment.waves.refusals import UnknownWave
from domain.shared.database import fetch, fetch_one, statement

_WAVE = """
    SELECT w.id, w.number, w.state, w.ship_by, h.code AS warehouse, h.name AS warehouse_name, h.timezone
    FROM waves w JOIN warehouses h ON h.id = w.warehouse_id
    WHERE w.id = $1
"""
_LINES = statement(__file__, "pack_lines.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickListWave:
    """Which wave it is."""

    id: UUID
    number: int
    state: str
    ship_by: date
    warehouse: str
    warehouse_name: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow:
    """So many units of a SKU are fetched, for so many parcels."""

    sku: str
    name: str
    barcode: str | None
    units: int
    parcels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """So many units of a SKU go into a parcel, whose order and address every line repeats."""

    position: int
    parcel: int
    order_number: int
    external_reference: str
    channel: str
    name: str
    postcode: str
    city: str
    country_code: str
    sku: str
    item: str
    barcode: str | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickList:
    """A wave, its units by SKU, and its parcels with their lines, by their place on the cart."""

    wave: PickListWave
    rows: tuple[PickRow, ...]
    parcels: tuple[tuple[PackLine, ...], ...]

    @property
    def units(self) -> int:
        return sum(row.units for row in self.rows)


async def pick_list(wave_id: UUID) -> PickList:
    """What of the wave is to leave: all but what is on hold, cancelled or rejected.

    Raises:
        UnknownWave: there is none.
    """
    wave = await fetch_one(_WAVE, PickListWave, wave_id)
    if wave is None:
        raise UnknownWave("There is no such wave.", field="id")
    [rows] = await pick_rows_of([wave_id])
    lines = await fetch(_LINES, PackLine, wave_id)
    return PickList(
        wave=wave,
        rows=tuple(
            PickRow(
                sku=row["sku"],
                name=row["name"],
                barcode=row["barcode"],
                units=int(row["units"]),
                parcels=row["parcels"],
            )
            for row in rows
        ),
        parcels=tuple(tuple(of_one) for _, of_one in groupby(lines, key=lambda line: line.position)),
    )
