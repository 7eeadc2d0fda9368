"""Connections: lists in pages, whose cursors are the keys of rows, so that a page costs the same anywhere.

Source: GraphQL Cursor Connections, https://relay.dev/graphql/connections.htm
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
import strawberry
from tortoise.queryset import QuerySet

from api.graphql.info import Info, as_of
from api.live.cursor import InvalidCursor
from domain.shared.reading import Row, Slice, SliceOfRows, Spread, read_slice
from domain.shared.refusal import InvalidInput

T = TypeVar("T")

PAGE_MAX = 100
PAGE_DEFAULT = 20

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the start, or after `after`: up to 100; 20 if nothing is said."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only what follows the edge with this cursor.")]
Last = Annotated[
    int | None, strawberry.argument(description="How many from the end, or before `before`: up to 100.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Only what precedes the edge with this cursor.")
]


@strawberry.enum(description="Which way a list runs.")
class SortDirection(Enum):
    """Which way a list runs."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = strawberry.field(description="Whether more follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether any precede this page.")
    start_cursor: str | None = strawberry.field(description="The first edge's cursor.")
    end_cursor: str | None = strawberry.field(description="The last edge's cursor.")


@strawberry.type(description="One entry of a list, with its place in it.")
class Edge(Generic[T]):
    """One entry of a list."""

    cursor: str = strawberry.field(description="Its place in the list: for `after` and `before`; opaque.")
    node: T = strawberry.field(description="The entry itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = strawberry.field(description="The page's entries with their cursors.")
    nodes: list[T] = strawberry.field(description="The page's entries.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in its list.")
    as_of: str = strawberry.field(
        description="The feed's position before the rows were read: subscribe after it and miss nothing."
    )


@dataclass(frozen=True, slots=True)
class Keyset:
    """An order of rows: its name in cursors, its columns (the last one unique), how each is read back."""

    name: str
    columns: tuple[str, ...]
    parse: tuple[Callable[[str], Any], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list is asked for."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    def within(self, keyset: Keyset, *, descending: bool) -> Slice:
        """The rows of this page.

        Raises:
            InvalidInput: too many are asked for, or from both ends.
            InvalidCursor: a cursor is not of this list.
        """
        if self.first is not None and self.last is not None:
            raise InvalidInput("Ask for `first` or for `last`, not for both.", field="last")
        from_end = self.last is not None
        wanted = self.last if self.last is not None else self.first
        if wanted is not None and not 0 <= wanted <= PAGE_MAX:
            raise InvalidInput(f"A page has 0 to {PAGE_MAX} entries.", field="last" if from_end else "first")
        return Slice(
            columns=keyset.columns,
            descending=descending,
            limit=PAGE_DEFAULT if wanted is None else wanted,
            after=None if self.after is None else _key(self.after, keyset, field="after"),
            before=None if self.before is None else _key(self.before, keyset, field="before"),
            from_end=from_end,
        )


async def connect(
    info: Info,
    rows: QuerySet[Any],
    page: Page,
    keyset: Keyset,
    node: Callable[[Row], T],
    *,
    descending: bool = True,
    position: str | None = None,
    spread: Spread = Spread.EVEN,
) -> Connection[T]:
    """The asked-for page of `rows`, each made a `node`.

    `position` is what `as_of` said before anything else was read; None: `rows` depend on nothing read.
    """
    wanted = page.within(keyset, descending=descending)
    position = await as_of(info) if position is None else position
    found = await read_slice(rows, wanted, spread)
    return connection(found, wanted, keyset, node, position)


def connection(
    found: SliceOfRows, wanted: Slice, keyset: Keyset, node: Callable[[Row], T], position: str
) -> Connection[T]:
    """What a slice looks like to clients."""
    edges = [Edge(cursor=_cursor(row, keyset), node=node(row)) for row in found.rows]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=wanted.before is not None if wanted.from_end else found.more,
            has_previous_page=found.more if wanted.from_end else wanted.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        as_of=position,
    )


def _cursor(row: Row, keyset: Keyset) -> str:
    return urlsafe_b64encode(
        orjson.dumps([keyset.name, *(_text(row[name]) for name in keyset.columns)])
    ).decode()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _key(cursor: str, keyset: Keyset, *, field: str) -> tuple[Any, ...]:
    try:
        name, *texts = orjson.loads(urlsafe_b64decode(cursor.encode("ascii")))
        key = tuple(parse(text) for parse, text in zip(keyset.parse, texts, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise _not_of_this_list(field) from None
    if name != keyset.name:
        raise _not_of_this_list(field)
    return key


def _not_of_this_list(field: str) -> InvalidCursor:
    return InvalidCursor("This cursor is not of this list in this order.", field=field)


def aware(text: str) -> datetime:
    """A time of a cursor, which always has its offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def bigint(text: str) -> int:
    """A number of a cursor, which always fits a column."""
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


BY_ID = Keyset("ID", ("id",), (UUID,))
BY_CREATED = Keyset("CREATED_AT", ("created_at", "id"), (aware, UUID))


@strawberry.enum(description="How sure a count is.")
class CountPrecision(Enum):
    """How sure a count is."""

    EXACT = strawberry.enum_value("EXACT", description="Exactly so many.")
    AT_LEAST = strawberry.enum_value("AT_LEAST", description="So many or more: counting stopped here.")


@strawberry.type(description="How many there are. Counting stops at 10,000.")
class Count:
    """How many there are, up to a limit."""

    count: int = strawberry.field(description="The number.")
    precision: CountPrecision = strawberry.field(description="Whether the number is exact.")


COUNT_MAX = 10_000


def count_of(counted: int) -> Count:
    """What `count_up_to(..., COUNT_MAX)` means."""
    if counted > COUNT_MAX:
        return Count(count=COUNT_MAX, precision=CountPrecision.AT_LEAST)
    return Count(count=counted, precision=CountPrecision.EXACT)
