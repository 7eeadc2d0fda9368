"""What a platform is in the demo: how it tells of orders, and how it takes what it is told of stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson

from cli.replaying.shape import Line, PlaceOrderInput


class Telling(StrEnum):
    """What a message of a platform is about."""

    PLACED = "PLACED"  # the order is there, and paid
    BESIDE = "BESIDE"  # what else it says of it about then: a later state, or that it was not paid yet
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request to a channel's webhook."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that Forebay makes to the platform; `path` is below the platform's address."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform's answer; its content becomes JSON."""

    content: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Known:
    """An order as the platform has it."""

    order: PlaceOrderInput
    at: datetime  # when it changed last
    cancelled: bool = False


@dataclass(slots=True)
class Stand:
    """One channel at its platform: its orders, by reference, and what it may sell, by the platform's id."""

    orders: dict[str, Known] = field(default_factory=dict[str, Known])
    held: dict[str, int] = field(default_factory=dict[str, int])
    told: int = 0  # quantities, over all requests
    requests: int = 0  # about stock
    turned_away: int = 0  # of these: asked to come later, or answered by a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSide:
    """How a platform is told what it may sell.

    `ids` are a listing's external ids by its SKU, and `key` names the one that `Stand.held` goes by.
    `answer` takes any request of Forebay's; `is_stock` says which of them faults may befall.
    """

    key: str
    ids: Callable[[str], Mapping[str, str]]
    answer: Callable[[Asked, Stand], Answered]
    is_stock: Callable[[Asked], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform. `write(telling, orders, at, url)` is what it posts to a channel's webhook at `url`.

    `at` is when it changed the orders. Of several `together_max` orders may share a delivery.
    """

    name: str
    credentials: Mapping[str, str]
    write: Callable[[Telling, Sequence[PlaceOrderInput], datetime, str], Post]
    together_max: int = 1
    stock: StockSide | None = None


def minor(amount: str | None) -> int:
    """The amount in cents or fen: both currencies of the demo have two decimals."""
    return int(Decimal(amount or "0").scaleb(2))


def gross_minor(line: Line) -> int:
    """A line before its discounts."""
    return line["quantity"] * minor(line["unitPrice"])


def discount_minor(line: Line) -> int:
    """What is off a line, whoever bears it."""
    return minor(line.get("merchantDiscount")) + minor(line.get("platformDiscount"))


def paid_minor(order: PlaceOrderInput) -> int:
    """What the customer pays."""
    return sum(gross_minor(line) - discount_minor(line) for line in order["lines"])


def decimal(minor_units: int) -> str:
    """Cents as text with two decimals."""
    return f"{minor_units // 100}.{minor_units % 100:02d}"


NOT_FOUND = Answered({"message": "there is nothing here"}, status=404)
UNAUTHORISED = Answered({"message": "who are you?"}, status=401)
