"""What adapters share in reading: bodies into pydantic models, amounts into what an order's line states."""

import json
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from domain.channels.adapters.contract import Unreadable
from domain.shared.money import exponent

Model = TypeVar("Model", bound=BaseModel)


class Stated(BaseModel):
    """A part of a platform's message; what we do not read may be there, too."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Sparse(Stated):
    """A part of which null says no more than leaving a field out."""

    @model_validator(mode="before")
    @classmethod
    def without_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: part for name, part in value.items() if part is not None}


# Identifiers that some versions of a platform send as numbers and others as text.
Identifier = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


def _in_range(amount: Decimal) -> Decimal:
    if amount.adjusted() > 15:  # beyond what arithmetic keeps exactly, and what money is
        raise ValueError("is out of range")
    return amount


# Amounts as text or as JSON numbers, exactly as they were written.
Amount = Annotated[
    Decimal,
    BeforeValidator(lambda value: str(value) if type(value) is float else value),
    AfterValidator(_in_range),
]
# What a platform says that it has of a listing; some count below zero what they have sold and lack.
_HELD_MAX = 1_000_000_000
Held = Annotated[int, Field(ge=-_HELD_MAX, le=_HELD_MAX)]
# The same, of platforms that may write it with decimals.
HeldAmount = Annotated[Decimal, Field(ge=-_HELD_MAX, le=_HELD_MAX)]
# Units of a line: none may have been left of it.
Units = Annotated[int, Field(ge=0, le=1_000_000)]


def read(model: type[Model], body: bytes) -> Model:
    """The JSON `body` as `model`.

    Raises:
        Unreadable: it is no JSON, or not of this shape; names the path and what was expected there.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Unreadable(first["msg"], path=_path(first["loc"])) from None


def readable(model: type[Model], body: bytes) -> Model | None:
    """The JSON `body` as `model`, where it is that."""
    try:
        return read(model, body)
    except Unreadable:
        return None


def _path(steps: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def written(part: Mapping[str, object]) -> bytes:
    """One order of an answer as a body of its own; whole numbers of any size stay as they are."""
    return json.dumps(part, separators=(",", ":")).encode()


def unit_price(total: Decimal, quantity: int, currency: str) -> tuple[Decimal, Decimal]:
    """A price per unit in whole minor units, and the discount that makes `quantity` of them `total` exactly.

    Platforms that state only a line's total leave a remainder where it cannot be divided; rounding the
    price up and giving the difference back keeps every cent.
    """
    smallest = Decimal(1).scaleb(-exponent(currency))
    price = (total / quantity).quantize(smallest, rounding=ROUND_CEILING)
    return price, price * quantity - total


def from_minor(minor: int, currency: str = "CNY") -> str:
    """Whole minor units, such as fen, as the decimal text that an order states."""
    return str(Decimal(minor).scaleb(-exponent(currency)))
