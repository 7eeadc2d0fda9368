"""Reading lists: keyset slices, capped counts and batches, as plain rows.

Rows are dictionaries of columns, never models: whoever holds one cannot start a query by
touching an attribute.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from operator import gt, lt
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


class Spread(Enum):
    """Of how many rows a filter's values are, and where those lie in a list's order: what PostgreSQL cannot know."""

    EVEN = "of as many as other values, anywhere"
    UNEVEN = "of many or of few, as the value is"
    FEW = "of some, named by their ids, anywhere"


async def read_slice(rows: QuerySet[Any], wanted: Slice, spread: Spread = Spread.EVEN) -> SliceOfRows:
    """The wanted slice of `rows`, with their annotations."""
    rows = await _picked(rows, wanted) if spread is Spread.FEW else _bounded(rows, wanted)
    backwards = wanted.descending != wanted.from_end
    ordered = rows.order_by(*(f"-{column}" if backwards else column for column in wanted.columns))
    found = await _for_values(ordered.limit(wanted.limit + 1).values(), spread)
    kept = found[: wanted.limit]
    return SliceOfRows(kept[::-1] if wanted.from_end else kept, len(found) > wanted.limit)


def _bounded(rows: QuerySet[Any], wanted: Slice) -> QuerySet[Any]:
    if wanted.after is not None:
        rows = rows.filter(_beyond(wanted.columns, wanted.after, downwards=wanted.descending))
    if wanted.before is not None:
        rows = rows.filter(_beyond(wanted.columns, wanted.before, downwards=not wanted.descending))
    return rows


async def _picked(rows: QuerySet[Any], wanted: Slice) -> QuerySet[Any]:
    """The wanted ones of few `rows`, of which all keys are read.

    Asked for them by a list's order, PostgreSQL expects to meet them soon on its way through all rows.
    """
    keys: list[tuple[Any, ...]] = sorted(await rows.values_list(*wanted.columns), reverse=wanted.descending)
    past = lt if wanted.descending else gt
    inside = [
        key[-1]
        for key in keys
        if (wanted.after is None or past(key, wanted.after))
        and (wanted.before is None or past(wanted.before, key))
    ]
    count = wanted.limit + 1
    return rows.filter(one_of(wanted.columns[-1], inside[-count:] if wanted.from_end else inside[:count]))


async def _for_values(rows: Any, spread: Spread) -> Any:
    """What `rows` are; where they may be many or few, planned for the values they are filtered by."""
    async with planned_for_values() if spread is Spread.UNEVEN else nullcontext():
        return await rows


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


async def count_up_to(rows: QuerySet[Any], most: int, spread: Spread = Spread.EVEN) -> int:
    """How many `rows` there are; `most + 1` stands for more, and no more are visited."""
    capped = rows.limit(most + 1).values("id")
    counted: int = await _for_values(rows.model.filter(id__in=Subquery(capped)).count(), spread)
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
