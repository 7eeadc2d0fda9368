"""Simulations as clients see them: what past orders would have cost under other rules."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.connections import After, Before, Connection, First, Keyset, Last, Page, bigint, connect
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.orders.types import Order, order_of
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.rules.types import RuleSet
from api.graphql.scalars import WholeNumber
from api.graphql.sourcing.types import SourcingStatement
from domain.shared.reading import Row
from domain.sourcing.said import recalled
from domain.sourcing.simulating.models import SimulationChange as ChangeRows
from domain.sourcing.simulating.models import SimulationState

_BY_SAVING = Keyset("SAVED", ("saved_minor", "order_id"), (bigint, UUID))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _more(there: float | None, here: float | None) -> float | None:
    return None if there is None or here is None else there - here


@strawberry.type(description="What one warehouse ships.")
class WarehouseLoad:
    """What one warehouse ships."""

    warehouse: str = strawberry.field(description="The warehouse's code.")
    parcels: WholeNumber = strawberry.field(description="How many shipments leave it.")
    units: WholeNumber = strawberry.field(description="How many units are in them.")

    @classmethod
    def all_of(cls, load: list[dict[str, Any]]) -> list[Self]:
        return [cls(**one) for one in load]


@strawberry.type(description="What sourcing all orders of the span came to.")
class SimulationSide:
    """What sourcing all orders of the span came to."""

    orders: WholeNumber = strawberry.field(
        description="Orders that were sourced for the first time in the span."
    )
    lines: WholeNumber = strawberry.field(description="Their lines.")
    units: WholeNumber = strawberry.field(description="Their units.")
    lines_filled: WholeNumber = strawberry.field(description="Lines that found a warehouse.")
    units_filled: WholeNumber = strawberry.field(description="Units that found a warehouse.")
    fill_rate: float | None = strawberry.field(description="unitsFilled / units; null: there were none.")
    orders_backordered: WholeNumber = strawberry.field(
        description="Orders of which something still found no warehouse when the span ended, or they were cancelled."
    )
    orders_split: WholeNumber = strawberry.field(description="Orders in more than one shipment.")
    split_rate: float | None = strawberry.field(
        description="ordersSplit / orders with a shipment; null: there were none."
    )
    shipments: WholeNumber = strawberry.field(description="All shipments.")
    shipments_late: WholeNumber = strawberry.field(
        description="Shipments that would arrive after the promised day."
    )
    distance_km: float = strawberry.field(description="Of all shipments whose distance is known.")
    distance_km_per_shipment: float | None = strawberry.field(
        description="Of shipments whose distance is known; null: there were none."
    )
    cost: list[Money] = strawberry.field(description="Of all shipments, by currency.")
    cost_per_order: list[Money] = strawberry.field(
        description="By currency, for each order with a shipment; rounded down to the minor unit."
    )
    load: list[WarehouseLoad] = strawberry.field(
        description="By warehouse; one that ships nothing is left out."
    )

    @classmethod
    def of(cls, side: dict[str, Any]) -> Self:
        sourced = side["orders_sourced"]
        same = (
            "orders",
            "lines",
            "units",
            "lines_filled",
            "units_filled",
            "orders_backordered",
            "orders_split",
        )
        return cls(
            **{name: side[name] for name in (*same, "shipments", "shipments_late", "distance_km")},
            fill_rate=_share(side["units_filled"], side["units"]),
            split_rate=_share(side["orders_split"], sourced),
            distance_km_per_shipment=_share(side["distance_km"], side["shipments_located"]),
            cost=_amounts(side["cost"]),
            cost_per_order=[money(one["minor"] // sourced, one["currency"]) for one in side["cost"]],
            load=WarehouseLoad.all_of(side["load"]),
        )


def _amounts(cost: list[dict[str, Any]]) -> list[Money]:
    return [money(one["minor"], one["currency"]) for one in cost]


@strawberry.type(description="The candidate less the baseline: below zero is less of it.")
class SimulationDifference:
    """The candidate less the baseline."""

    cost: list[Money] = strawberry.field(description="By currency; below zero is a saving.")
    units_filled: WholeNumber = strawberry.field(description="Units that found a warehouse.")
    fill_rate: float | None = strawberry.field(description="As a share of all units.")
    orders_backordered: WholeNumber = strawberry.field(
        description="Orders of which something found no warehouse."
    )
    orders_split: WholeNumber = strawberry.field(description="Orders in more than one shipment.")
    split_rate: float | None = strawberry.field(description="As a share of orders with a shipment.")
    shipments: WholeNumber = strawberry.field(description="All shipments.")
    shipments_late: WholeNumber = strawberry.field(
        description="Shipments that would arrive after the promised day."
    )
    distance_km: float = strawberry.field(description="Of all shipments whose distance is known.")
    load: list[WarehouseLoad] = strawberry.field(description="By warehouse.")

    @classmethod
    def of(cls, less: dict[str, Any], candidate: SimulationSide, baseline: SimulationSide) -> Self:
        same = (
            "units_filled",
            "orders_backordered",
            "orders_split",
            "shipments",
            "shipments_late",
            "distance_km",
        )
        return cls(
            **{name: less[name] for name in same},
            cost=_amounts(less["cost"]),
            fill_rate=_more(candidate.fill_rate, baseline.fill_rate),
            split_rate=_more(candidate.split_rate, baseline.split_rate),
            load=WarehouseLoad.all_of(less["load"]),
        )


@strawberry.type(description="What a simulation found.")
class SimulationReport:
    """What a simulation found."""

    actual: SimulationSide = strawberry.field(description="What was really decided within the span.")
    baseline: SimulationSide = strawberry.field(
        description="The rules that were active when it ran, replayed under the same assumptions as the candidate."
    )
    candidate: SimulationSide = strawberry.field(description="The rules that are tried, replayed.")
    difference: SimulationDifference = strawberry.field(description="The candidate less the baseline.")
    orders_changed: WholeNumber = strawberry.field(
        description="Orders that would have left from elsewhere, or in other parts."
    )
    assumptions: list[str] = strawberry.field(description="What a replay takes for granted.")

    @classmethod
    def of(cls, report: dict[str, Any]) -> Self:
        baseline, candidate = (SimulationSide.of(report[name]) for name in ("baseline", "candidate"))
        return cls(
            actual=SimulationSide.of(report["actual"]),
            baseline=baseline,
            candidate=candidate,
            difference=SimulationDifference.of(report["difference"], candidate, baseline),
            orders_changed=report["orders_changed"],
            assumptions=list(report["assumptions"]),
        )


@strawberry.type(description="How an order was sourced in a replay.")
class SimulatedSourcing:
    """How an order was sourced in a replay."""

    warehouses: list[str] = strawberry.field(
        description="The code of the warehouse of each shipment; none: it found no stock."
    )
    cost: Money = strawberry.field(description="What the shipments cost together.")
    units: WholeNumber = strawberry.field(description="The order's units.")
    units_filled: WholeNumber = strawberry.field(description="Units that found a warehouse.")
    explanation: str = strawberry.field(description="The decision in a sentence or two.")
    statement: SourcingStatement | None = strawberry.field(
        description="`explanation` in parts; null: it is from before parts were kept."
    )

    @classmethod
    def of(cls, side: dict[str, Any]) -> Self:
        explanation = recalled(side["explanation"])
        return cls(
            warehouses=side["warehouses"],
            cost=money(side["costMinor"], side["currency"]),
            units=side["units"],
            units_filled=side["unitsFilled"],
            explanation=str(explanation),
            statement=SourcingStatement.of(explanation),
        )


@strawberry.type(description="An order that would have left from elsewhere, or in other parts.")
class SimulationChange:
    """An order that would have left from elsewhere."""

    order_key: strawberry.Private[UUID]
    was: SimulatedSourcing = strawberry.field(description="Under the rules that were active.")
    would_be: SimulatedSourcing = strawberry.field(description="Under the rules that are tried.")
    saved: Money = strawberry.field(
        description="Below zero: it would have cost more. Shipping fewer units saves, too: see `unitsFilled`."
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            order_key=row["order_id"],
            was=SimulatedSourcing.of(row["was"]),
            would_be=SimulatedSourcing.of(row["would_be"]),
            saved=money(row["saved_minor"], row["was"]["currency"]),
        )

    @field(description="The order.")
    async def order(self, info: Info) -> Order:
        return await order_of(info, self.order_key)


@strawberry.type(
    description=(
        "Past orders, replayed under a rule set with the stock as it was, and what that would have come to. "
        "A worker does it; neither stock nor orders are touched."
    )
)
class Simulation(Node):
    """Past orders, replayed under a rule set."""

    key: strawberry.Private[UUID]
    rule_set_key: strawberry.Private[UUID]
    from_at: datetime = strawberry.field(name="from", description="Where the span begins.")
    to_at: datetime = strawberry.field(name="to", description="Where it ends; itself excluded.")
    state: SimulationState = strawberry.field(description="How far it is.")
    done: float = strawberry.field(description="How much of the span is replayed, 0 to 1.")
    error: str | None = strawberry.field(description="Why the last run failed.")
    report: SimulationReport | None = strawberry.field(description="What it found; null until it is DONE.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    created_by: str = strawberry.field(description="By whom.")
    ended_at: datetime | None = strawberry.field(description="When it was DONE, or FAILED.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("Simulation", row["id"]),
            key=row["id"],
            rule_set_key=row["rule_set_id"],
            from_at=row["from_at"],
            to_at=row["to_at"],
            state=SimulationState(row["state"]),
            done=row["done"],
            error=row["error"],
            report=None if row["report"] is None else SimulationReport.of(row["report"]),
            created_at=row["created_at"],
            created_by=row["created_by"],
            ended_at=row["ended_at"],
        )

    @field(description="The rules that are tried.")
    async def rule_set(self, info: Info) -> RuleSet:
        row = await info.context.loaders.rule_set.load(self.rule_set_key)
        assert row is not None, "a foreign key says so"
        return RuleSet.of(row)

    @field(
        description="Orders that would have left from elsewhere, the largest saving first; complete when it is DONE."
    )
    async def changes(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SimulationChange]:
        rows = ChangeRows.filter(simulation_id=self.key)
        return await connect(info, rows, Page(first, after, last, before), _BY_SAVING, SimulationChange.of)
