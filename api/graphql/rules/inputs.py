"""Rule sets as clients write them."""

from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from api.graphql.scalars import WholeNumber
from domain.shared.money import NotRepresentable, to_minor
from domain.sourcing.rule_sets.draft_rule_set import DraftRuleSet
from domain.sourcing.rule_sets.refusals import InvalidRuleSet
from domain.sourcing.rules.definition import BidPricing, CancelFrom, Promise, RuleSet, Unfillable


@strawberry.input(description="A rule with the values it is given.")
class RuleCallInput:
    """A rule with the values it is given."""

    rule: str = strawberry.field(description="The rule's name, as in `sourcingRules`.")
    values: list[str] = strawberry.field(default_factory=list, description="What it is given.")
    negated: bool = strawberry.field(default=False, description="Ask for what does not meet it.")


@strawberry.input(description="Warehouses that are tried together.")
class WarehouseGroupInput:
    """Warehouses that are tried together."""

    name: str = strawberry.field(description="What explanations call it.")
    where: list[RuleCallInput] = strawberry.field(
        default_factory=list, description="Warehouses that pass all of these."
    )


@strawberry.input(description="A criterion by which plans are ranked.")
class RankInput:
    """A criterion by which plans are ranked."""

    rule: str = strawberry.field(description="The criterion's name, as in `sourcingRules`.")
    tolerance: WholeNumber = strawberry.field(
        default=WholeNumber(0),
        description="In the criterion's unit: plans that are worse than the best by no more than this tie.",
    )


@strawberry.input(description="An amount in a currency.")
class AmountInput:
    """An amount in a currency."""

    amount: str = strawberry.field(description="A decimal, such as 100.00.")
    currency_code: str = strawberry.field(description="ISO 4217, such as EUR.")


@strawberry.input(description="How far an order may be split, within what the order itself allows.")
class SplitLimitsInput:
    """How far an order may be split."""

    shipments_max: WholeNumber | None = strawberry.field(
        default=None, description="At most so many parcels, 1 to 10; null: no limit."
    )
    value_mins: list[AmountInput] = strawberry.field(
        default_factory=list, description="An order worth less, in its own currency, is not split."
    )


@strawberry.input(description="What applies to orders that meet all of its conditions.")
class RoutingInput:
    """What applies to orders that meet all of its conditions."""

    name: str = strawberry.field(description="What decisions call it.")
    when: list[RuleCallInput] = strawberry.field(
        default_factory=list, description="Its conditions; none: every order."
    )
    eligible: list[RuleCallInput] = strawberry.field(
        default_factory=list, description="Warehouses must pass all of these."
    )
    groups: list[WarehouseGroupInput] = strawberry.field(
        default_factory=list,
        description="In turn, a later one only if the earlier do not fill everything; none: all together.",
    )
    rank: list[RankInput] = strawberry.field(
        default_factory=list,
        description="Criteria in turn, each for what ties so far; none: COST. In the end the cheapest wins.",
    )
    split: SplitLimitsInput | None = strawberry.field(
        default=None, description="How far an order may be split."
    )
    promise: Promise = strawberry.field(default=Promise.PREFER, description="What the promised day weighs.")
    unfillable: Unfillable = strawberry.field(
        default=Unfillable.BACKORDER, description="What becomes of what no warehouse can ship."
    )
    cancel_after_days: WholeNumber | None = strawberry.field(
        default=None, description="Of CANCEL: after how many days, 0 to 365."
    )
    cancel_from: CancelFrom = strawberry.field(
        default=CancelFrom.BACKORDER, description="From when these days count."
    )


@strawberry.input(description="Units per SKU and warehouse that only orders of one channel may take.")
class ProtectionInput:
    """Units that only orders of one channel may take."""

    channel: str = strawberry.field(description="The channel's code.")
    units: WholeNumber = strawberry.field(description="How many units of each SKU in each warehouse.")
    warehouses: list[str] = strawberry.field(
        default_factory=list, description="In these warehouses; none: in all."
    )
    skus: list[str] = strawberry.field(default_factory=list, description="Of these SKUs; none: of all.")


@strawberry.input(
    description="When an order that nobody has begun to pick is moved to a cheaper place, and how long it waits for one."
)
class ReevaluationRuleInput:
    """When an order moves to a cheaper place."""

    saving_min_minor: WholeNumber = strawberry.field(
        default=1,
        description="What moving an order must save, in minor units of the currency costs are counted in.",
    )
    saving_min_share: float = strawberry.field(default=0.05, description="And of what it costs now, 0 to 1.")
    hold_minutes: WholeNumber = strawberry.field(
        default=0, description="How long a parcel's picking can wait for something better, up to 2,880."
    )


@strawberry.input(description="A rule set as it shall be.")
class DraftRuleSetInput:
    """A rule set as it shall be."""

    name: str = strawberry.field(description="Its name.")
    note: str = strawberry.field(default="", description="What its author says of it.")
    routings: list[RoutingInput] = strawberry.field(default_factory=list, description="Its routings in turn.")
    protections: list[ProtectionInput] = strawberry.field(
        default_factory=list, description="What is kept for single channels."
    )
    reevaluation: ReevaluationRuleInput | None = strawberry.field(
        default=None, description="When orders move to a cheaper place; null: as by default."
    )
    bid_prices: BidPricing = strawberry.field(
        default=BidPricing.OFF,
        description=(
            "Whether, wherever cost decides, what units and parcels are worth to orders to come counts, too, by the "
            "bid prices of the last re-evaluation. Costs stay what the tariff says."
        ),
    )

    def ask(self) -> DraftRuleSet:
        """What is asked for.

        Raises:
            InvalidRuleSet: the rules cannot be like this.
        """
        stated = {
            "routings": [_routing(routing, at) for at, routing in enumerate(self.routings)],
            "protections": [vars(protection) for protection in self.protections],
            "reevaluation": vars(self.reevaluation) if self.reevaluation else {},
            "bid_prices": self.bid_prices,
        }
        try:
            rules = RuleSet.model_validate(stated)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            raise InvalidRuleSet(f"{first['msg']}.", field=_path(first["loc"])) from wrong
        return DraftRuleSet(name=self.name, note=self.note, rules=rules)


@strawberry.input(description="A draft as it shall be.")
class ChangeRuleSetInput(DraftRuleSetInput):
    """A draft as it shall be."""

    id: strawberry.ID = strawberry.field(description="The draft.")


@strawberry.input(description="Which rule set.")
class RuleSetInput:
    """Which rule set."""

    id: strawberry.ID = strawberry.field(description="The rule set.")


def _routing(routing: RoutingInput, at: int) -> dict[str, Any]:
    split = routing.split or SplitLimitsInput()
    return {
        "name": routing.name,
        "when": [vars(call) for call in routing.when],
        "eligible": [vars(call) for call in routing.eligible],
        "groups": [
            {"name": group.name, "where": [vars(call) for call in group.where]} for group in routing.groups
        ],
        "rank": [vars(one) for one in routing.rank],
        "split": {
            "shipments_max": split.shipments_max,
            "value_min_minor": {
                one.currency_code: _minor(one, f"routings[{at}].split.valueMins[{place}]")
                for place, one in enumerate(split.value_mins)
            },
        },
        "promise": routing.promise,
        "unfillable": routing.unfillable,
        "cancel_after_days": routing.cancel_after_days,
        "cancel_from": routing.cancel_from,
    }


def _minor(amount: AmountInput, path: str) -> int:
    try:
        return to_minor(Decimal(amount.amount), amount.currency_code)
    except (InvalidOperation, NotRepresentable) as wrong:
        raise InvalidRuleSet("Must be an amount such as 100.00.", field=f"{path}.amount") from wrong


def _path(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{to_camel(step)}" for step in location)
    return path.removeprefix(".")
