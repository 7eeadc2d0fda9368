"""Re-evaluations as clients see them: what planning open orders anew came to."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.connections import After, Before, Connection, First, Keyset, Last, Page, connect
from api.graphql.info import Info
from api.graphql.money import Money, money
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from api.graphql.rules.types import RuleSet
from api.graphql.scalars import WholeNumber
from api.graphql.sourcing.types import SourcingDecision
from domain.shared.reading import Row
from domain.sourcing.models import SourcingDecision as DecisionRows
from domain.sourcing.reevaluating.models import ReevaluationState

_BY_ID = Keyset("ID", ("id",), (UUID,))


@strawberry.type(
    description=(
        "One re-evaluation: all open orders that nobody has begun to pick were planned anew, together with those that "
        "wait for stock, and moved where that saves enough. No order loses units by it, or comes later than promised."
    )
)
class Reevaluation(Node):
    """One run over all open orders."""

    key: strawberry.Private[UUID]
    rule_set_key: strawberry.Private[UUID | None]
    state: ReevaluationState = strawberry.field(description="How far it is.")
    considered: WholeNumber = strawberry.field(description="Orders that were planned anew.")
    proposed: WholeNumber = strawberry.field(description="Of these, those for which another plan was better.")
    moved: WholeNumber = strawberry.field(
        description="Of these, those that left a place for another; others got units they had waited for, had changed meanwhile, or were being worked on."
    )
    units_filled: WholeNumber = strawberry.field(
        description="Units that had waited, and found room where others moved."
    )
    saved: Money | None = strawberry.field(
        description="What moved orders cost less, without those that were given more units; null: it has not begun."
    )
    plan_seconds: float | None = strawberry.field(
        description="How long planning took, outside of all locks; null: it is not through with it."
    )
    error: str | None = strawberry.field(description="Why it failed, last.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    created_by: str = strawberry.field(description="By whom; `schedule`: it was time.")
    started_at: datetime | None = strawberry.field(description="When a worker began.")
    ended_at: datetime | None = strawberry.field(description="When it was through, or given up.")

    @classmethod
    def of(cls, row: Row) -> Self:
        currency = row["currency"]
        return cls(
            id=to_global("Reevaluation", row["id"]),
            key=row["id"],
            rule_set_key=row["rule_set_id"],
            state=ReevaluationState(row["state"]),
            considered=row["considered"],
            proposed=row["proposed"],
            moved=row["moved"],
            units_filled=row["filled"],
            saved=None if currency is None else money(row["saved_minor"], currency),
            plan_seconds=row["plan_seconds"],
            error=row["error"],
            created_at=row["created_at"],
            created_by=row["created_by"],
            started_at=row["started_at"],
            ended_at=row["ended_at"],
        )

    @field(description="The rules it planned by; null: it has not begun.")
    async def rule_set(self, info: Info) -> RuleSet | None:
        row = self.rule_set_key and await info.context.loaders.rule_set.load(self.rule_set_key)
        return RuleSet.of(row) if row else None

    @field(description="The decisions it took, one for each order that it changed.")
    async def decisions(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SourcingDecision]:
        rows = DecisionRows.filter(reevaluation_id=self.key)
        return await connect(info, rows, Page(first, after, last, before), _BY_ID, SourcingDecision.of)
