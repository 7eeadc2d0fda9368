"""Reading lists: keyset slices, capped counts and batches, as plain rows.

Rows are dictionaries of columns, never models: whoever holds one cannot start a query by
touching an attribute.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.shared.database import planned_for_values

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Up to `limit` rows in the order of `columns`, whose last makes them unique.

    `after` and `before` are the values of `columns` in the rows that bound it, both exclusive.
    `from_end` takes the last rows instead of the first; the rows come in the list's order anyway.
    """

    columns: tuple[str, ...]
    descending: bool
    limit: int
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class SliceOfRows:
    """The rows of a Slice, and whether there are more in its direction."""

    rows: list[Row]
    more: bool


def having(lookup: str, value: Any) -> Q:
    """Rows whose column passes a lookup such as `placed_at__gte`."""
    return Q(**{lookup: value})


def one_of(column: str, choices: Iterable[Any] | None) -> Q:
    """Rows whose `column` is one of `choices`; None: all rows."""
    if choices is None:
        return Q()
    wanted = list(choices)
    return having(column, wanted[0]) if len(wanted) == 1 else having(f"{column}__in", wanted)


async def read_slice(rows: QuerySet[Any], wanted: Slice) -> SliceOfRows:
    """The wanted slice of `rows`, with their annotations."""
    if wanted.after is not None:
        rows = rows.filter(_beyond(wanted.columns, wanted.after, downwards=wanted.descending))
    if wanted.before is not None:
        rows = rows.filter(_beyond(wanted.columns, wanted.before, downwards=not wanted.descending))
    backwards = wanted.descending != wanted.from_end
    ordered = rows.order_by(*(f"-{column}" if backwards else column for column in wanted.columns))
    async with planned_for_values():
        found: list[Row] = list(await ordered.limit(wanted.limit + 1).values())
    kept = found[: wanted.limit]
    return SliceOfRows(kept[::-1] if wanted.from_end else kept, len(found) > wanted.limit)


def _beyond(columns: tuple[str, ...], bound: tuple[Any, ...], *, downwards: bool) -> Q:
    """Rows strictly past `bound` in the order of `columns`.

    The first column is bounded by itself as well, so that an index on it is entered at the bound.
    """
    past = "lt" if downwards else "gt"
    equal: dict[str, Any] = {}
    ways: list[Q] = []
    for column, value in zip(columns, bound, strict=True):
        ways.append(Q(**equal, **{f"{column}__{past}": value}))
        equal[column] = value
    return Q(Q(**{f"{columns[0]}__{past}e": bound[0]}), Q(*ways, join_type="OR"))


async def count_up_to(rows: QuerySet[Any], most: int) -> int:
    """How many `rows` there are; `most + 1` stands for more, and no more are visited."""
    capped = rows.limit(most + 1).values("id")
    async with planned_for_values():
        counted: int = await rows.model.filter(id__in=Subquery(capped)).count()
    return counted


async def by_key(model: type[Model], column: str, keys: Sequence[Any]) -> list[Row | None]:
    """The row of `model` whose `column` is the key, for each key in turn."""
    rows = await model.filter(**{f"{column}__in": list(set(keys))}).values()
    found = {row[column]: row for row in rows}
    return [found.get(key) for key in keys]


async def grouped(model: type[Model], column: str, keys: Sequence[Any], *order_by: str) -> list[list[Row]]:
    """The rows of `model` whose `column` is the key, in order, for each key in turn."""
    rows = await model.filter(**{f"{column}__in": list(set(keys))}).order_by(*order_by).values()
    return group(rows, column, keys)


def group(rows: Iterable[Row], column: str, keys: Sequence[Any]) -> list[list[Row]]:
    """`rows` by their `column`, for each key in turn."""
    groups: dict[Any, list[Row]] = {key: [] for key in keys}
    for row in rows:
        groups[row[column]].append(row)
    return [groups[key] for key in keys]
