"""Warehouses as clients see them."""

from decimal import Decimal
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from domain.places.precision import Precision
from domain.shared.money import to_decimal
from domain.shared.reading import Row
from domain.shared.settings import settings
from domain.warehouses import set_shipping_zones


@strawberry.enum(description="A day of the week.")
class Weekday(Enum):
    """A day of the week."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @property
    def iso(self) -> int:
        """1 is Monday."""
        return list(Weekday).index(self) + 1


@strawberry.type(description="What an order up to a weight costs besides its zone.")
class WeightStep:
    """What an order up to a weight costs besides its zone."""

    g_max: int | None = strawberry.field(description="Up to so many grams; null: however heavy.")
    shipment_cost: Money = strawberry.field(description="For each of its shipments.")
    kg_cost: Money = strawberry.field(description="For each of its kilograms.")


@strawberry.type(description="What the way costs up to a distance, and how long it takes.")
class ShippingZone:
    """What the way costs up to a distance, and how long it takes."""

    km_max: float | None = strawberry.field(description="Up to this distance; null: however far.")
    shipment_cost: Money = strawberry.field(description="For a shipment, besides its warehouse's tariff.")
    kg_cost: Money = strawberry.field(description="For each kilogram besides.")
    transit_days: int = strawberry.field(description="How many days after leaving a parcel arrives.")
    steps: list[WeightStep] = strawberry.field(
        description="What comes on top by what is sourced of an order together; beyond the last, the last applies."
    )

    @classmethod
    def of(cls, zone: set_shipping_zones.ShippingZone) -> Self:
        currency = settings().cost_currency
        return cls(
            km_max=zone.km_max,
            shipment_cost=money(zone.shipment_minor, currency),
            kg_cost=money(zone.kg_minor, currency),
            transit_days=zone.transit_days,
            steps=[
                WeightStep(
                    g_max=step.g_max,
                    shipment_cost=money(step.shipment_minor, currency),
                    kg_cost=money(step.kg_minor, currency),
                )
                for step in zone.steps
            ],
        )


@strawberry.type(description="A place that stocks and ships.")
class Warehouse(Node):
    """A place that stocks and ships."""

    key: strawberry.Private[UUID]
    code: str = strawberry.field(description="Its code, unique: lower-case letters, digits and dashes.")
    name: str = strawberry.field(description="Its name.")
    country_code: str = strawberry.field(description="ISO 3166-1, such as DE.")
    city: str = strawberry.field(description="Its city.")
    postcode: str = strawberry.field(description="Its postcode.")
    latitude: float = strawberry.field(description="In degrees north.")
    longitude: float = strawberry.field(description="In degrees east.")
    precision: Precision = strawberry.field(description="By what the coordinates are known.")
    timezone: str = strawberry.field(description="IANA, such as Europe/Berlin.")
    cutoff_minute: int = strawberry.field(
        description="Orders sourced before this minute of its day leave on the same day: 0 to 1439."
    )
    daily_capacity: int | None = strawberry.field(description="Shipments a day; null: unlimited.")
    shipment_cost: Money = strawberry.field(description="What each shipment costs, handling included.")
    kg_cost: Money = strawberry.field(description="What each kilogram adds.")
    km_cost: Money = strawberry.field(description="What each kilometre adds to a shipment.")
    priority: int = strawberry.field(description="Where costs tie, the lower goes first.")
    active: bool = strawberry.field(description="Whether orders may leave from it.")
    working_days: list[Weekday] = strawberry.field(description="On which days of the week parcels leave.")
    regions: list[str] = strawberry.field(
        description="Countries it ships to, or DE-04 for postcodes that begin so; none: everywhere."
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        currency = settings().cost_currency
        return cls(
            id=to_global("Warehouse", row["id"]),
            key=row["id"],
            code=row["code"],
            name=row["name"],
            country_code=row["country_code"],
            city=row["city"],
            postcode=row["postcode"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            precision=Precision.kept(row["located_by"]),
            timezone=row["timezone"],
            cutoff_minute=row["cutoff_minute"],
            daily_capacity=row["daily_capacity"],
            shipment_cost=money(row["shipment_minor"], currency),
            kg_cost=money(row["kg_minor"], currency),
            km_cost=Money(amount=_thousandths(row["km_millis"], currency), currency_code=currency),
            priority=row["priority"],
            active=row["active"],
            working_days=[list(Weekday)[day - 1] for day in row["working_days"]],
            regions=row["regions"] or [],
        )


def _thousandths(millis: int, currency: str) -> Decimal:
    """Thousandths of a minor unit, in the major unit."""
    return to_decimal(millis, currency).scaleb(-3)


async def warehouse_of(info: Info, key: UUID) -> Warehouse:
    """The warehouse that something refers to."""
    row = await info.context.loaders.warehouse.load(key)
    assert row is not None, "references to warehouses are foreign keys"
    return Warehouse.of(row)
