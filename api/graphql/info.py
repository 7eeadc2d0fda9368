"""What resolvers ask of their request: who it is from, what it selects, where the feed stands."""

from collections.abc import Iterable, Iterator

import strawberry
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionNode

from api.graphql.context import RequestContext
from api.live.cursor import cursor_of
from domain.events.feed import feed_range
from domain.shared.actor import Actor, Scope

Info = strawberry.Info[RequestContext, None]


def reader(info: Info) -> Actor:
    """The caller, who may read.

    Raises:
        NotAllowed: the key lacks READ.
    """
    actor = info.context.actor
    actor.require(Scope.READ)
    return actor


def stock_reader(info: Info) -> Actor:
    """The caller, who may read the stock itself, which all channels share.

    Raises:
        NotAllowed: the key lacks READ, or is limited to some channels.
    """
    actor = reader(info)
    actor.require_every_channel()
    return actor


def admin(info: Info) -> Actor:
    """The caller, who may read what only administrators of every channel do.

    Raises:
        NotAllowed: the key lacks ADMIN, or is limited to some channels.
    """
    actor = info.context.actor
    actor.require_everywhere(Scope.ADMIN)
    return actor


def selected(info: Info) -> frozenset[str]:
    """The names selected right below this field, through fragments; `@include` and `@skip` are ignored."""
    raw = info._raw_info  # noqa: SLF001 -- strawberry's own selection tree converts every argument, too
    return frozenset(
        name
        for node in raw.field_nodes
        if node.selection_set is not None
        for name in _names(raw, node.selection_set.selections)
    )


def _names(raw: "GraphQLResolveInfo[RequestContext]", selections: Iterable[SelectionNode]) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        elif isinstance(selection, InlineFragmentNode):
            yield from _names(raw, selection.selection_set.selections)
        elif isinstance(selection, FragmentSpreadNode):
            fragment = raw.fragments[selection.name.value]
            yield from _names(raw, fragment.selection_set.selections)


async def as_of(info: Info) -> str:
    """The feed's position now, as a cursor, if it was asked for; call it before reading any row."""
    return await feed_cursor() if "asOf" in selected(info) else ""


async def feed_cursor() -> str:
    """The feed's position now, as a cursor."""
    return cursor_of((await feed_range()).last_position)
