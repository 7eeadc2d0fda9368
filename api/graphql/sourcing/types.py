"""Sourcing decisions as clients see them: what was chosen, what else there was, and why not."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.scalars import WholeNumber
from domain.shared.reading import Row
from domain.sourcing.planning.model import Outcome, UnfilledReason
from domain.sourcing.said import Filling, Phrase, Said, Words, recalled

if TYPE_CHECKING:
    from api.graphql.orders.types import Order


@strawberry.type(description="What shipping costs, term by term.")
class SourcingCost:
    """What shipping costs, term by term."""

    shipment: Money = strawberry.field(description="For the parcels, handling included.")
    distance: Money = strawberry.field(description="For the kilometres.")
    weight: Money = strawberry.field(description="For the kilograms.")
    total: Money = strawberry.field(description="The sum.")

    @classmethod
    def of(cls, terms: dict[str, int], currency: str) -> Self:
        return cls(
            shipment=money(terms["shipment"], currency),
            distance=money(terms["km"], currency),
            weight=money(terms["weight"], currency),
            total=money(terms["total"], currency),
        )


@strawberry.type(description="Units of a SKU in a planned shipment.")
class PlannedLine:
    """Units of a SKU in a planned shipment."""

    sku: str = strawberry.field(description="The SKU.")
    units: int = strawberry.field(description="How many units.")


@strawberry.type(description="A shipment that the engine chose.")
class PlannedShipment:
    """A shipment that the engine chose."""

    warehouse: str = strawberry.field(description="The code of the warehouse it leaves from.")
    distance_km: float | None = strawberry.field(
        description="As the crow flies; null: the destination is unknown."
    )
    weight_g: WholeNumber = strawberry.field(name="weightG", description="Its weight in grams.")
    ship_on: date | None = strawberry.field(
        description="The day it is planned to leave, in the warehouse's calendar."
    )
    arrives_on: date | None = strawberry.field(description="When it arrives if that day is kept.")
    late: bool = strawberry.field(description="Whether that is after the promised day.")
    lines: list[PlannedLine] = strawberry.field(description="What is in it.")
    cost: SourcingCost = strawberry.field(description="What it costs.")

    @classmethod
    def of(cls, plan: dict[str, Any], currency: str) -> Self:
        return cls(
            warehouse=plan["warehouse"],
            distance_km=plan["distanceKm"],
            weight_g=plan["weightG"],
            ship_on=_day(plan.get("shipOn")),
            arrives_on=_day(plan.get("arrivesOn")),
            late=plan.get("late", False),
            lines=[PlannedLine(sku=line["sku"], units=line["units"]) for line in plan["lines"]],
            cost=SourcingCost.of(plan["cost"], currency),
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@strawberry.type(description="Units that found no warehouse.")
class UnfilledLine:
    """Units that found no warehouse."""

    sku: str = strawberry.field(description="The SKU.")
    units: int = strawberry.field(description="How many units.")
    reason: UnfilledReason = strawberry.field(description="Why.")

    @classmethod
    def of(cls, line: dict[str, Any]) -> Self:
        return cls(sku=line["sku"], units=line["units"], reason=UnfilledReason(line["reason"]))


@strawberry.type(
    description="A text of the engine in parts, to be said in any language: `explanation`, `reason` and `behind` are it in English."
)
class SourcingStatement:
    """A text of the engine in parts, to be said in any language."""

    phrase: Phrase = strawberry.field(description="What is said.")
    values: JSON = strawberry.field(
        description=(
            "What fills its places, by name: a text, a number, a statement of its own as `{phrase, values}`, or a list of "
            "these. `reason` is a RejectReason."
        )
    )

    @classmethod
    def of(cls, text: Words | None) -> Self | None:
        """None: it was kept as a text alone, as it once was."""
        if not isinstance(text, Said):
            return None
        return cls(phrase=text.phrase, values=JSON({key: _part(one) for key, one in text.values.items()}))


def _part(value: Filling) -> Any:
    if isinstance(value, Said):
        return {"phrase": value.phrase.name, "values": {key: _part(one) for key, one in value.values.items()}}
    return value if isinstance(value, str | int) else [_part(one) for one in value]


@strawberry.type(description="A set of warehouses that was considered.")
class SourcingCandidate:
    """A set of warehouses that was considered."""

    warehouses: list[str] = strawberry.field(description="The warehouses' codes.")
    chosen: bool = strawberry.field(description="Whether the order leaves from these.")
    cost: SourcingCost | None = strawberry.field(description="What shipping from these would have cost.")
    reason: str | None = strawberry.field(description="Why it was not possible; null: it was.")
    rule: str | None = strawberry.field(
        description="The rule that says no: one of `sourcingRules`, or a standing one such as CAPACITY; null: none does."
    )
    behind: str | None = strawberry.field(
        description="What the first criterion that speaks against it says, where a routing ranks by several."
    )
    statement: SourcingStatement | None = strawberry.field(
        description="`reason`, or else `behind`, in parts; null: there is neither, or it is from before parts were kept."
    )

    @classmethod
    def of(cls, candidate: dict[str, Any], currency: str) -> Self:
        cost = candidate["cost"]
        reason, behind = recalled(candidate["reason"]), recalled(candidate.get("behind"))
        return cls(
            warehouses=candidate["warehouses"],
            chosen=candidate["chosen"],
            cost=None if cost is None else SourcingCost.of(cost, currency),
            reason=None if reason is None else str(reason),
            rule=candidate.get("rule"),
            behind=None if behind is None else str(behind),
            statement=SourcingStatement.of(reason or behind),
        )


@strawberry.type(
    description="Where an order leaves from, and why: one run of the sourcing engine for one order. It never changes."
)
class SourcingDecision(Node):
    """Where an order leaves from, and why."""

    order_key: strawberry.Private[UUID]
    at: datetime = strawberry.field(description="When it was taken.")
    policy: str = strawberry.field(description="Name and version of the rules that decided.")
    routing: str | None = strawberry.field(
        description="The routing of the rule set that the order followed; null: there were none yet."
    )
    outcome: Outcome = strawberry.field(description="Whether all, some or no units found a warehouse.")
    cost: Money = strawberry.field(description="What the chosen shipments cost together.")
    saved: Money | None = strawberry.field(
        description="How much cheaper a re-evaluation made the order, or dearer for others' sake; null: it moved nothing."
    )
    explanation: str = strawberry.field(description="The decision in a sentence or two.")
    statement: SourcingStatement | None = strawberry.field(
        description="`explanation` in parts; null: it is from before parts were kept."
    )
    shipments: list[PlannedShipment] = strawberry.field(description="What was chosen.")
    unfilled: list[UnfilledLine] = strawberry.field(description="What found no warehouse.")
    candidates: list[SourcingCandidate] = strawberry.field(
        description="What was considered, the chosen included."
    )
    proven: bool = strawberry.field(
        description="Whether no better choice exists; false: the search stopped at its work limit."
    )
    input_hash: str = strawberry.field(
        description="Of everything the engine looked at: equal hashes decide equally."
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        detail, currency = row["detail"], row["currency"]
        return cls(
            id=to_global("SourcingDecision", row["id"]),
            order_key=row["order_id"],
            at=row["at"],
            policy=row["policy"],
            routing=detail.get("routing"),
            outcome=Outcome(row["outcome"]),
            cost=money(row["cost_minor"], currency),
            saved=None if row["saved_minor"] is None else money(row["saved_minor"], currency),
            explanation=row["explanation"],
            statement=SourcingStatement.of(recalled(detail.get("said"))),
            shipments=[PlannedShipment.of(plan, currency) for plan in detail["shipments"]],
            unfilled=[UnfilledLine.of(line) for line in detail["unfilled"]],
            candidates=[SourcingCandidate.of(one, currency) for one in detail["candidates"]],
            proven=detail["proven"],
            input_hash=row["input_hash"],
        )

    @field(description="The order it is about.")
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("api.graphql.orders.types")]:
        from api.graphql.orders.types import order_of  # noqa: PLC0415 -- they refer to each other

        return await order_of(info, self.order_key)
