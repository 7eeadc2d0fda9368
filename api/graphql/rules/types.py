"""Rule sets as clients see them."""

from datetime import datetime
from typing import Any, Self

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from domain.shared.reading import Row
from domain.sourcing.models import RuleSetState
from domain.sourcing.rule_sets.activate_rule_set import problems_of
from domain.sourcing.rules import definition
from domain.sourcing.rules.definition import BidPricing, CancelFrom, Promise, Unfillable
from domain.sourcing.rules.registry import CRITERIA, STAGES, Stage


@strawberry.type(description="A rule that there is, for a routing's `when`, `eligible`, groups or `rank`.")
class SourcingRule:
    """A rule that there is."""

    name: str = strawberry.field(description="What rule sets call it.")
    stage: Stage = strawberry.field(description="Where it may stand.")
    description: str = strawberry.field(description="What it means.")
    values: str = strawberry.field(description="What it takes.")


def all_rules() -> list[SourcingRule]:
    """The registry, as clients see it."""
    return [
        SourcingRule(name=name, stage=stage, description=rule.description, values=rule.values)
        for stage, rules in STAGES.items()
        for name, rule in rules.items()
    ] + [
        SourcingRule(
            name=one.name,
            stage=Stage.CRITERION,
            description=one.description,
            values=f"a tolerance in {one.unit}",
        )
        for one in CRITERIA.values()
    ]


@strawberry.type(description="A rule with the values it is given.")
class RuleCall:
    """A rule with the values it is given."""

    rule: str = strawberry.field(description="The rule's name.")
    values: list[str] = strawberry.field(description="What it is given.")
    negated: bool = strawberry.field(description="Whether it asks for what does not meet it.")

    @classmethod
    def all_of(cls, calls: tuple[definition.RuleCall, ...]) -> list[Self]:
        return [cls(rule=call.rule, values=list(call.values), negated=call.negated) for call in calls]


@strawberry.type(description="Warehouses that are tried together.")
class WarehouseGroup:
    """Warehouses that are tried together."""

    name: str = strawberry.field(description="What explanations call it.")
    where: list[RuleCall] = strawberry.field(description="Warehouses that pass all of these.")


@strawberry.type(description="A criterion by which plans are ranked.")
class Rank:
    """A criterion by which plans are ranked."""

    rule: str = strawberry.field(description="The criterion's name.")
    tolerance: int = strawberry.field(description="Plans worse than the best by no more than this tie.")


@strawberry.type(description="How far an order may be split, within what the order itself allows.")
class SplitLimits:
    """How far an order may be split."""

    shipments_max: int | None = strawberry.field(description="At most so many parcels; null: no limit.")
    value_mins: list[Money] = strawberry.field(
        description="An order worth less, in its own currency, is not split."
    )


@strawberry.type(description="What applies to orders that meet all of its conditions.")
class Routing:
    """What applies to orders that meet all of its conditions."""

    name: str = strawberry.field(description="What decisions call it.")
    when: list[RuleCall] = strawberry.field(description="Its conditions; none: every order.")
    eligible: list[RuleCall] = strawberry.field(description="Warehouses must pass all of these.")
    groups: list[WarehouseGroup] = strawberry.field(
        description="In turn, a later one only if the earlier do not fill everything; none: all together."
    )
    rank: list[Rank] = strawberry.field(description="Criteria in turn; none: COST.")
    split: SplitLimits = strawberry.field(description="How far an order may be split.")
    promise: Promise = strawberry.field(description="What the promised day weighs.")
    unfillable: Unfillable = strawberry.field(description="What becomes of what no warehouse can ship.")
    cancel_after_days: int | None = strawberry.field(description="Of CANCEL: after how many days.")
    cancel_from: CancelFrom = strawberry.field(description="From when these days count.")

    @classmethod
    def of(cls, routing: definition.Routing) -> Self:
        return cls(
            name=routing.name,
            when=RuleCall.all_of(routing.when),
            eligible=RuleCall.all_of(routing.eligible),
            groups=[
                WarehouseGroup(name=group.name, where=RuleCall.all_of(group.where))
                for group in routing.groups
            ],
            rank=[Rank(rule=one.rule, tolerance=one.tolerance) for one in routing.rank],
            split=SplitLimits(
                shipments_max=routing.split.shipments_max,
                value_mins=[
                    money(minor, currency) for currency, minor in routing.split.value_min_minor.items()
                ],
            ),
            promise=routing.promise,
            unfillable=routing.unfillable,
            cancel_after_days=routing.cancel_after_days,
            cancel_from=routing.cancel_from,
        )


@strawberry.type(description="Units per SKU and warehouse that only orders of one channel may take.")
class Protection:
    """Units that only orders of one channel may take."""

    channel: str = strawberry.field(description="The channel's code.")
    units: int = strawberry.field(description="How many units of each SKU in each warehouse.")
    warehouses: list[str] = strawberry.field(description="In these warehouses; none: in all.")
    skus: list[str] = strawberry.field(description="Of these SKUs; none: of all.")


@strawberry.type(
    description="When an order that nobody has begun to pick is moved to a cheaper place, and how long it waits for one."
)
class ReevaluationRule:
    """When an order moves to a cheaper place."""

    saving_min_minor: int = strawberry.field(
        description="What moving an order must save, in minor units of the currency that costs are counted in."
    )
    saving_min_share: float = strawberry.field(description="And of what it costs now, 0 to 1.")
    hold_minutes: int = strawberry.field(
        description="How long after it was sourced a parcel's `releasableAt` is, if its cut-off allows it."
    )

    @classmethod
    def of(cls, rule: definition.Reevaluation) -> Self:
        return cls(**rule.model_dump())


@strawberry.type(description="Why a rule set cannot be activated as it is.")
class RuleSetProblem:
    """Why a rule set cannot be activated as it is."""

    path: str = strawberry.field(description="Where, as in `routings[2].when[0].values`.")
    message: str = strawberry.field(description="What is wrong, and what to write instead.")


@strawberry.type(
    description=(
        "One version of the rules in front of cost. An order follows the first routing whose conditions it meets; "
        "if there is none, it leaves from the cheapest warehouse that keeps its promise."
    )
)
class RuleSet(Node):
    """One version of the rules in front of cost."""

    rules: strawberry.Private[definition.RuleSet]
    version: int = strawberry.field(description="Its number.")
    name: str = strawberry.field(description="Its name.")
    note: str = strawberry.field(description="What its author says of it.")
    state: RuleSetState = strawberry.field(description="Whether it decides.")
    routings: list[Routing] = strawberry.field(description="Its routings in turn.")
    protections: list[Protection] = strawberry.field(description="What is kept for single channels.")
    reevaluation: ReevaluationRule = strawberry.field(description="When orders move to a cheaper place.")
    bid_prices: BidPricing = strawberry.field(
        description="Whether what units and parcels are worth to orders to come counts, where cost decides."
    )
    created_at: datetime = strawberry.field(description="When it was drafted.")
    created_by: str = strawberry.field(description="By whom.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    activated_at: datetime | None = strawberry.field(description="When it last became active.")
    archived_at: datetime | None = strawberry.field(description="When another one took its place.")

    @classmethod
    def of(cls, row: Row) -> Self:
        rules = definition.RuleSet.model_validate(row["definition"])
        same: dict[str, Any] = {
            name: row[name]
            for name in (
                "version",
                "name",
                "note",
                "created_at",
                "created_by",
                "updated_at",
                "activated_at",
                "archived_at",
            )
        }
        return cls(
            id=to_global("RuleSet", row["id"]),
            rules=rules,
            state=RuleSetState(row["state"]),
            routings=[Routing.of(routing) for routing in rules.routings],
            protections=[
                Protection(
                    channel=one.channel, units=one.units, warehouses=list(one.warehouses), skus=list(one.skus)
                )
                for one in rules.protections
            ],
            reevaluation=ReevaluationRule.of(rules.reevaluation),
            bid_prices=rules.bid_prices,
            **same,
        )

    @field(description="What keeps it from being activated; empty if nothing does.")
    async def problems(self) -> list[RuleSetProblem]:
        return [RuleSetProblem(path=one.path, message=one.message) for one in await problems_of(self.rules)]
