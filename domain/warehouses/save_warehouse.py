"""Save a warehouse: create it, or make it say what is given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.jobs.restate_listings import restate_listings
from domain.places.locate import Address, Located, locate
from domain.places.precision import Precision
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, records, statement, transactional
from domain.shared.forms import (
    A_CODE,
    A_COUNTRY,
    A_REGION,
    A_TIMEZONE,
    CODE,
    COUNTRY,
    REGION,
    is_timezone,
)
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.shared.text import InvalidText, require_text
from domain.warehouses.fill_wanted import fill_wanted

TARIFF_MAX = 1_000_000_000
CAPACITY_MAX = 1_000_000
PRIORITY_MAX = 1_000
LAST_MINUTE = 24 * 60 - 1
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
CLOSED_MAX = 366
REGIONS_MAX = 1_000

_SAVE = statement(__file__, "save_warehouse.sql")
_CLOSE = """
    WITH reopened AS (DELETE FROM warehouse_closures WHERE warehouse_id = $1 AND day <> ALL ($2::date[]))
    INSERT INTO warehouse_closures (warehouse_id, day) SELECT $1, day FROM unnest($2::date[]) AS day
    ON CONFLICT DO NOTHING
"""
_EXACT_ENOUGH = (Precision.POSTAL_CODE, Precision.CITY)
# what says which orders it may ship
_SHIPS = """
    SELECT active, latitude, longitude, timezone, cutoff_minute, daily_capacity, working_days, regions,
           ARRAY (SELECT day FROM warehouse_closures WHERE warehouse_id = w.id ORDER BY day) AS closed
    FROM warehouses w WHERE code = $1 FOR NO KEY UPDATE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWarehouse:
    """The warehouse as it shall be.

    A parcel from it costs `shipment_minor`, more by `kg_minor` a kilogram and by `km_millis`
    thousandths of a minor unit a kilometre. `cutoff_minute` counts from midnight in its own time
    zone. Without coordinates it is located by its address. `daily_capacity` None: unlimited. `working_days` are ISO weekdays, 1 is Monday; `closed` are
    days on which it does not work all the same. It ships to `regions` only, 'DE', or 'DE-04' for
    postcodes that begin so; none: everywhere.
    """

    code: str
    name: str
    country_code: str
    timezone: str
    shipment_minor: int
    kg_minor: int
    km_millis: int
    cutoff_minute: int
    latitude: float | None = None
    longitude: float | None = None
    daily_capacity: int | None = None
    city: str = ""
    postcode: str = ""
    priority: int = 0
    active: bool = True
    working_days: tuple[int, ...] = EVERY_DAY
    closed: tuple[date, ...] = ()
    regions: tuple[str, ...] = ()


class InvalidWarehouse(InvalidInput):
    """The warehouse cannot be like this; `field` says what is wrong."""

    code = "INVALID_WAREHOUSE"


@transactional
async def save_warehouse(ask: SaveWarehouse, *, by: Actor, now: datetime) -> UUID:  # noqa: ARG001
    """Create or change the warehouse with this code; its id.

    Idempotent. Where it may ship other orders than before, backorders of what it has are looked at again.

    Raises:
        InvalidWarehouse: a field cannot be right.
    """
    name, city, postcode = _checked(ask)
    located = await _located(ask)
    before = await records(_SHIPS, ask.code)

    warehouse_id: UUID = await fetch_value(
        _SAVE,
        new_id(),
        ask.code,
        name,
        ask.country_code,
        city,
        postcode,
        located.latitude,
        located.longitude,
        ask.timezone,
        ask.cutoff_minute,
        ask.daily_capacity,
        ask.shipment_minor,
        ask.kg_minor,
        ask.km_millis,
        ask.priority,
        ask.active,
        now,
        sorted(set(ask.working_days)),
        sorted(set(ask.regions)) or None,
        located.by,
    )
    await execute(_CLOSE, warehouse_id, sorted(set(ask.closed)))
    if any(was["active"] != ask.active for was in before):
        await restate_listings(now=now)
    if ask.active and before and before != await records(_SHIPS, ask.code):
        await fill_wanted(warehouse_id, now=now)
    return warehouse_id


async def _located(ask: SaveWarehouse) -> Located:
    if ask.latitude is not None:
        return Located(ask.latitude, ask.longitude)
    address = Address(country_code=ask.country_code, city=ask.city, postcode=ask.postcode)
    [located] = await locate([address])
    if located.by not in _EXACT_ENOUGH:
        raise InvalidWarehouse("Is needed: neither the postcode nor the city is known.", field="latitude")
    return located


def _checked(ask: SaveWarehouse) -> tuple[str, str, str]:
    """Name, city and postcode, if everything the warehouse says can be right by itself."""
    capacity = 1 if ask.daily_capacity is None else ask.daily_capacity
    guards = (
        ("code", CODE.fullmatch(ask.code), A_CODE),
        ("countryCode", COUNTRY.fullmatch(ask.country_code), A_COUNTRY),
        ("timezone", is_timezone(ask.timezone), A_TIMEZONE),
        ("latitude", -90 <= (ask.latitude or 0) <= 90, "-90 to 90 degrees"),
        ("longitude", -180 <= (ask.longitude or 0) <= 180, "-180 to 180 degrees"),
        ("longitude", (ask.latitude is None) == (ask.longitude is None), "there with latitude, or neither"),
        ("cutoffMinute", 0 <= ask.cutoff_minute <= LAST_MINUTE, f"0 to {LAST_MINUTE} minutes after midnight"),
        ("dailyCapacity", 1 <= capacity <= CAPACITY_MAX, f"1 to {CAPACITY_MAX} parcels, or nothing"),
        ("shipmentMinor", 0 <= ask.shipment_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
        ("kgMinor", 0 <= ask.kg_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
        ("kmMillis", 0 <= ask.km_millis <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
        ("workingDays", ask.working_days and set(ask.working_days) <= set(EVERY_DAY), "at least one day"),
        ("closed", len(ask.closed) <= CLOSED_MAX, f"at most {CLOSED_MAX} days"),
        ("regions", len(ask.regions) <= REGIONS_MAX and all(map(REGION.fullmatch, ask.regions)), A_REGION),
        ("priority", abs(ask.priority) <= PRIORITY_MAX, f"-{PRIORITY_MAX} to {PRIORITY_MAX}"),
    )
    for field, right, wanted in guards:
        if not right:
            raise InvalidWarehouse(f"Must be {wanted}.", field=field)
    return (
        _text(ask.name, "name", longest=200, least=1),
        _text(ask.city, "city", longest=100),
        _text(ask.postcode, "postcode", longest=20),
    )


def _text(text: str, field: str, *, longest: int, least: int = 0) -> str:
    try:
        return require_text(text, field=field, longest=longest, least=least)
    except InvalidText as wrong:
        raise InvalidWarehouse(wrong.message, field=field) from wrong
