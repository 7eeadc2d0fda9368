"""What bid prices would have saved, day by day. For keys that see every channel."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from api.graphql.info import Info, reader
from api.graphql.money import Money, money
from api.graphql.resolvers import field
from api.graphql.rules.types import RuleSet
from api.graphql.scalars import WholeNumber
from domain.shared.reading import Row
from domain.sourcing.shadowing.shadow_between import ASSUMPTIONS, shadow_between


@strawberry.type(description="One side of a day: its orders as they would have been sourced.")
class BidPriceShadowSide:
    """One side of a day."""

    cost: Money = strawberry.field(description="What all shipments cost, by the tariff.")
    shipments: WholeNumber = strawberry.field(description="How many there were.")
    lines_filled: WholeNumber = strawberry.field(description="Lines that found a warehouse by midnight.")


@strawberry.type(description="A day, replayed without and with bid prices.")
class BidPriceShadowDay:
    """A day, replayed twice."""

    rule_set_key: strawberry.Private[UUID]
    day: date = strawberry.field(description="In UTC.")
    replayed_until: datetime = strawberry.field(
        description="The end of the day, unless there was more in it than is replayed: then only what came before."
    )
    counted: bool = strawberry.field(
        description="Whether the rules count bid prices, so that `saved` is what they did save, as far as a replay can tell."
    )
    decisions: WholeNumber = strawberry.field(description="Orders that were first sourced on that day.")
    different: WholeNumber = strawberry.field(
        description="Of these, those that leave from elsewhere with them."
    )
    lines: WholeNumber = strawberry.field(description="Lines of these orders.")
    without_prices: BidPriceShadowSide = strawberry.field(description="Each order at its cheapest.")
    with_prices: BidPriceShadowSide = strawberry.field(
        description="Each order at its cheapest with what its units are worth to orders to come."
    )
    saved: Money = strawberry.field(
        description="What it costs less with them; below zero: more. Compare `linesFilled` first."
    )
    computed_at: datetime = strawberry.field(description="When it was worked out.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            rule_set_key=row["rule_set_id"],
            day=row["day"],
            replayed_until=row["until"],
            counted=row["counted"],
            decisions=row["orders"],
            different=row["different"],
            lines=row["lines"],
            without_prices=_side(row, "without"),
            with_prices=_side(row, "with"),
            saved=money(row["minor_without"] - row["minor_with"], row["currency"]),
            computed_at=row["computed_at"],
        )

    @field(description="The rules that were replayed.")
    async def rule_set(self, info: Info) -> RuleSet:
        row = await info.context.loaders.rule_set.load(self.rule_set_key)
        assert row is not None, "no rule set that was active is ever deleted"
        return RuleSet.of(row)


def _side(row: Row, which: str) -> BidPriceShadowSide:
    return BidPriceShadowSide(
        cost=money(row[f"minor_{which}"], row["currency"]),
        shipments=row[f"shipments_{which}"],
        lines_filled=row[f"lines_filled_{which}"],
    )


@strawberry.type(description="What bid prices would have saved, or did.")
class BidPriceShadow:
    """What bid prices would have saved."""

    days: list[BidPriceShadowDay] = strawberry.field(description="Those that are worked out, in turn.")
    assumptions: list[str] = strawberry.field(description="What the figures take for granted.")


@strawberry.type
class ShadowQueries:
    """Reading shadow figures."""

    @field(
        description=(
            "What each day would have cost without and with bid prices, whether the rules count them or not; up to 92 "
            "days. A day is worked out in the night after. For keys that see every channel."
        )
    )
    async def bid_price_shadow(
        self,
        info: Info,
        from_: Annotated[date, strawberry.argument(name="from", description="The first day.")],
        to: Annotated[date, strawberry.argument(description="The last day, included.")],
    ) -> BidPriceShadow:
        reader(info).require_every_channel()
        days = await shadow_between(from_, to)
        return BidPriceShadow(days=[BidPriceShadowDay.of(day) for day in days], assumptions=list(ASSUMPTIONS))
