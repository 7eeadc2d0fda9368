"""The smaller parts of an order as clients see them: its address, holds and events."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.relay import to_global
from api.graphql.scalars import WholeNumber
from domain.events.kinds import EventKind
from domain.orders.models import HoldReason
from domain.places.precision import Precision
from domain.shared.reading import Row


@strawberry.type(description="Where an order goes.")
class ShipTo:
    """Where an order goes."""

    name: str = strawberry.field(description="To whom.")
    line1: str = strawberry.field(description="Street and number.")
    line2: str = strawberry.field(description="Whatever else the carrier needs.")
    city: str = strawberry.field(description="The city.")
    region: str = strawberry.field(description="The state or province.")
    postcode: str = strawberry.field(description="The postcode.")
    country_code: str = strawberry.field(description="ISO 3166-1, such as DE.")
    phone: str = strawberry.field(description="For the carrier.")
    latitude: float | None = strawberry.field(description="In degrees north; null: unknown.")
    longitude: float | None = strawberry.field(description="In degrees east; null: unknown.")
    precision: Precision | None = strawberry.field(
        description="By what the coordinates are known; null: they are not."
    )
    located_by: str | None = strawberry.field(
        description="The part of the address that they were found by, such as 80331, or 803 where no more of it was "
        "known; null: they were stated, or are unknown."
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        address = row["ship_to"]
        return cls(
            name=address.get("name", ""),
            line1=address.get("line1", ""),
            line2=address.get("line2", ""),
            city=address.get("city", ""),
            region=address.get("region", ""),
            postcode=address.get("postcode", ""),
            country_code=address["country_code"],
            phone=address.get("phone", ""),
            latitude=row["latitude"],
            longitude=row["longitude"],
            precision=None if row["latitude"] is None else Precision.kept(row["located_by"]),
            located_by=row["located_part"],
        )


@strawberry.type(description="A reason why an order must not be sourced, until somebody releases it.")
class OrderHold:
    """A reason why an order must not be sourced."""

    id: strawberry.ID = strawberry.field(description="Identifies it; opaque.")
    reason: HoldReason = strawberry.field(description="Why the order waits.")
    note: str = strawberry.field(description="What the person who held it noted.")
    placed_at: datetime = strawberry.field(description="Since when.")
    placed_by: str = strawberry.field(description="In whose name.")
    released_at: datetime | None = strawberry.field(description="Until when; null: it holds still.")
    released_by: str | None = strawberry.field(description="In whose name it was released.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("OrderHold", row["id"]),
            reason=HoldReason(row["reason"]),
            note=row["note"],
            placed_at=row["placed_at"],
            placed_by=row["placed_by"],
            released_at=row["released_at"],
            released_by=row["released_by"],
        )


@strawberry.type(description="One thing that happened to an order.")
class OrderEvent:
    """One thing that happened to an order."""

    version: WholeNumber = strawberry.field(description="The order's version after it; gapless per order.")
    kind: EventKind = strawberry.field(description="What happened.")
    payload: JSON = strawberry.field(description="What its kind tells beyond that.")
    actor: str = strawberry.field(description="In whose name.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            version=row["version"],
            kind=EventKind(row["kind"]),
            payload=row["payload"],
            actor=row["actor"],
            at=row["at"],
        )
