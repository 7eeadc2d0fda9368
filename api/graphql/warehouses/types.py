"""Warehouses as clients see them."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry

from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from domain.shared.money import to_decimal
from domain.shared.reading import Row
from domain.shared.settings import settings


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
            timezone=row["timezone"],
            cutoff_minute=row["cutoff_minute"],
            daily_capacity=row["daily_capacity"],
            shipment_cost=money(row["shipment_minor"], currency),
            kg_cost=money(row["kg_minor"], currency),
            km_cost=Money(amount=_thousandths(row["km_millis"], currency), currency_code=currency),
            priority=row["priority"],
            active=row["active"],
        )


def _thousandths(millis: int, currency: str) -> Decimal:
    """Thousandths of a minor unit, in the major unit."""
    return to_decimal(millis, currency).scaleb(-3)


async def warehouse_of(info: Info, key: UUID) -> Warehouse:
    """The warehouse that something refers to."""
    row = await info.context.loaders.warehouse.load(key)
    assert row is not None, "references to warehouses are foreign keys"
    return Warehouse.of(row)
