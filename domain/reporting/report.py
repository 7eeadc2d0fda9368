"""What a report is: a query, a row type whose columns say what they are, and how it is read."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

from domain.reporting.blocks import FINE
from domain.reporting.query import Query
from domain.shared.database import statement


class Unit(StrEnum):
    """What a column's values are, so that whoever shows them knows how.

    MONEY is in minor units of the report's currency where it is a number of a row, SHARE is 0.25 for 25 %.
    """

    TEXT = "TEXT"
    TIME = "TIME"
    COUNT = "COUNT"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    SHARE = "SHARE"
    DAYS = "DAYS"
    HOURS = "HOURS"
    KILOMETRES = "KILOMETRES"


class Filter(StrEnum):
    """What else than a span narrows a report, or changes its figures."""

    CHANNELS = "CHANNELS"
    WAREHOUSES = "WAREHOUSES"
    CATEGORIES = "CATEGORIES"
    SKUS = "SKUS"
    CURRENCY = "CURRENCY"
    REPLENISHMENT = "REPLENISHMENT"


# A query that names one of these parameters can be narrowed so. What stock does is not by channels.
_NARROWED_BY = {
    Filter.CHANNELS: {"channel_ids", "channels_or_all"},
    Filter.WAREHOUSES: {"warehouse_ids", "warehouses_or_all"},
    Filter.CATEGORIES: {"variant_ids"},
    Filter.SKUS: {"variant_ids"},
    Filter.CURRENCY: {"currency"},
    Filter.REPLENISHMENT: {"cover_days"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in the API, what its values are, whether they tell rows apart or add up over rows."""

    name: str
    attribute: str
    title: str
    unit: Unit
    description: str
    key: bool
    sums: bool
    optional: bool


def column(unit: Unit, description: str, *, key: bool = False, sums: bool = True) -> Any:
    """A field of a row type that is a column. One of money ends in `_minor`.

    Counts and money add up over rows, unless it is the key or `sums` is False, as for averages.
    """
    adds_up = sums and not key and unit in (Unit.COUNT, Unit.MONEY)
    return dataclasses.field(metadata={"unit": unit, "description": description, "key": key, "sums": adds_up})


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report. `row` has the columns of the query, in which `:name` is one of `parameters.py`.

    `by_grain`: a row a period, with `number` from 0; else the span is one period. `order`: the column by which
    rows come, the largest first, and then by `key`; its pages are cut there. `measure`: what growth is told of.
    """

    row: type
    query: Query
    title: str
    lengths: Sequence[int] = FINE
    by_grain: bool = False
    order: str | None = None
    measure: str | None = None
    of_stock: bool = False

    @property
    def name(self) -> str:
        """In the API: `salesByChannel` of SalesByChannel."""
        return self.row.__name__[0].lower() + self.row.__name__[1:]

    @property
    def description(self) -> str:
        return self.row.__doc__ or ""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Its columns: first those of words and times, each sort as the row type has them."""
        hints = get_type_hints(self.row)
        found = (_column(field, hints[field.name]) for field in dataclasses.fields(self.row))
        return tuple(sorted(found, key=lambda each: each.unit not in (Unit.TEXT, Unit.TIME)))

    @cached_property
    def key(self) -> str:
        """The attribute that tells its rows apart."""
        [key] = [each.attribute for each in self.columns if each.key]
        return key

    @property
    def filters(self) -> list[Filter]:
        """What it can be narrowed by, as its query names it."""
        return [
            narrowed
            for narrowed, names in _NARROWED_BY.items()
            if not names.isdisjoint(self.query.names) and not (self.of_stock and narrowed is Filter.CHANNELS)
        ]


def query_of(beside: str, name: str) -> Query:
    """The query of the `.sql` file beside a report's module."""
    return Query.of(statement(beside, name))


def _column(field: "dataclasses.Field[Any]", hint: Any) -> Column:
    words = field.name.removesuffix("_minor").split("_")
    return Column(
        name=words[0] + "".join(word.title() for word in words[1:]),
        attribute=field.name,
        title=" ".join(words).capitalize(),
        unit=field.metadata["unit"],
        description=field.metadata["description"],
        key=field.metadata["key"],
        sums=field.metadata["sums"],
        optional=isinstance(hint, UnionType) and NoneType in get_args(hint),
    )
