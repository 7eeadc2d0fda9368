"""What every kind of export is: columns, and pages of rows."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

Cells = Sequence[Any]
Key = Sequence[Any]  # of what JSON has


class Type(StrEnum):
    """What a column's cells are; each of them may be None, too.

    MONEY: whole minor units, of the currency that another column names. TIME: a moment with its offset.
    TEXTS: a sequence of texts.
    """

    TEXT = "TEXT"
    TEXTS = "TEXTS"
    INTEGER = "INTEGER"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    TIME = "TIME"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file; `currency` is the column with the currency of a MONEY column."""

    name: str
    type: Type = Type.TEXT
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page is read for: `what` as it was stored, and only of these channels; None: of all."""

    what: Mapping[str, Any]
    channel_ids: frozenset[UUID] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Up to as many records as are written together, which may be none.

    `reached` is the key to go on after, also if nothing follows; `done` the share of everything that is read by now.
    """

    records: Sequence[Any]
    reached: Key | None
    more: bool
    done: float


def one_row(record: Cells) -> Iterable[Cells]:
    """A record that is a row."""
    return (record,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of export.

    `page` reads what follows a key (None: from the start) in an order that does not change, at a cost that does
    not grow with what came before; it runs outside of a transaction. `rows` says what a record is in a table,
    `document` what it is as a JSON object: unsaid, a record is one row, and its object is the columns' names
    with the row's cells.
    """

    name: str
    columns: Sequence[Column]
    page: Callable[[Asked, Key | None], Awaitable[Page]]
    rows: Callable[[Any], Iterable[Cells]] = one_row
    document: Callable[[Any], Mapping[str, Any]] | None = None
