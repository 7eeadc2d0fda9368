"""Reading, drafting and activating rule sets. For keys that see every channel."""

from typing import Annotated
from uuid import UUID

import strawberry

from api.graphql.connections import After, Before, Connection, First, Keyset, Last, Page, bigint, connect
from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.relay import uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.rules.inputs import ChangeRuleSetInput, DraftRuleSetInput, RuleSetInput
from api.graphql.rules.types import RuleSet, SourcingRule, all_rules
from domain.shared.actor import Scope
from domain.sourcing.models import RuleSetState, RuleSetVersion
from domain.sourcing.rule_sets.activate_rule_set import activate_rule_set
from domain.sourcing.rule_sets.change_rule_set import change_rule_set, discard_rule_set
from domain.sourcing.rule_sets.draft_rule_set import draft_rule_set

_BY_VERSION = Keyset("VERSION", ("version",), (bigint,))
State = Annotated[RuleSetState | None, strawberry.argument(description="Only those in this state.")]


@strawberry.type
class RuleQueries:
    """Reading rule sets."""

    @field(description="The rules that rule sets are made of.")
    async def sourcing_rules(self, info: Info) -> list[SourcingRule]:
        reader(info)
        return all_rules()

    @field(description="All versions of the rules, newest first. For keys that see every channel.")
    async def rule_sets(
        self,
        info: Info,
        *,
        state: State = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[RuleSet]:
        reader(info).require_every_channel()
        rows = RuleSetVersion.filter(state=state) if state else RuleSetVersion.all()
        return await connect(info, rows, Page(first, after, last, before), _BY_VERSION, RuleSet.of)

    @field(description="The rules that decide now. For keys that see every channel.")
    async def active_rule_set(self, info: Info) -> RuleSet:
        reader(info).require_every_channel()
        [row] = await RuleSetVersion.filter(state=RuleSetState.ACTIVE).values()
        return RuleSet.of(row)


@strawberry.type(description="The rule set as it is now, or why nothing was done.")
class RuleSetPayload(Payload):
    """The rule set as it is now."""

    rule_set: RuleSet | None = strawberry.field(default=None, description="As it is now; null if refused.")


@strawberry.type(description="The draft that is gone, or why it is not.")
class DiscardRuleSetPayload(Payload):
    """The draft that is gone."""

    id: strawberry.ID | None = strawberry.field(default=None, description="The draft; null if refused.")


@strawberry.type
class RuleMutations:
    """Drafting and activating rule sets."""

    @mutation(description="Add a draft; it decides nothing until it is activated.")
    @refusable(RuleSetPayload)
    async def draft_rule_set(self, info: Info, input: DraftRuleSetInput) -> RuleSetPayload:  # noqa: A002
        by = keeper(info, Scope.CATALOG_WRITE)
        return await _told(info, await draft_rule_set(input.ask(), by=by, now=info.context.now()))

    @mutation(description="Let a draft say this instead.")
    @refusable(RuleSetPayload)
    async def change_rule_set(self, info: Info, input: ChangeRuleSetInput) -> RuleSetPayload:  # noqa: A002
        by, key = keeper(info, Scope.CATALOG_WRITE), uuid_of(input.id, "RuleSet")
        return await _told(info, await change_rule_set(key, input.ask(), by=by, now=info.context.now()))

    @mutation(description="Let a rule set decide from now on; the one before is archived. It may come back.")
    @refusable(RuleSetPayload)
    async def activate_rule_set(self, info: Info, input: RuleSetInput) -> RuleSetPayload:  # noqa: A002
        by, key = keeper(info, Scope.CATALOG_WRITE), uuid_of(input.id, "RuleSet")
        return await _told(info, await activate_rule_set(key, by=by, now=info.context.now()))

    @mutation(description="Throw a draft away.")
    @refusable(DiscardRuleSetPayload)
    async def discard_rule_set(self, info: Info, input: RuleSetInput) -> DiscardRuleSetPayload:  # noqa: A002
        by = keeper(info, Scope.CATALOG_WRITE)
        await discard_rule_set(uuid_of(input.id, "RuleSet"), by=by)
        return DiscardRuleSetPayload(id=input.id)


async def _told(info: Info, key: UUID) -> RuleSetPayload:
    row = await info.context.loaders.rule_set.load(key)
    return RuleSetPayload(rule_set=None if row is None else RuleSet.of(row))
