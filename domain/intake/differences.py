"""How two statements of one order differ, field by field. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from domain.orders.incoming import IncomingLine, IncomingOrder, ShipTo
from domain.shared.money import to_decimal

# Whom it goes to, when it is to be there and how it is to be served: no units, no money.
_DATA = (
    ("placed_at", "placedAt"),
    ("customer_reference", "customerReference"),
    ("promised_by", "promisedBy"),
    ("priority", "priority"),
    ("stock_policy", "stockPolicy"),
    ("split_policy", "splitPolicy"),
    ("max_shipments", "maxShipments"),
    ("tags", "tags"),
)
_SHIP_TO = (
    ("country_code", "countryCode"),
    ("name", "name"),
    ("line1", "line1"),
    ("line2", "line2"),
    ("city", "city"),
    ("region", "region"),
    ("postcode", "postcode"),
    ("phone", "phone"),
    ("latitude", "latitude"),
    ("longitude", "longitude"),
)
_ADDRESS = "shipTo."
_ORDER_MONEY = (("shipping_minor", "shipping"), ("tax_minor", "tax"))
_PRICE = "unitPrice"
_LINE_MONEY = (
    ("unit_price_minor", _PRICE),
    ("platform_discount_minor", "platformDiscount"),
    ("merchant_discount_minor", "merchantDiscount"),
    ("tax_minor", "tax"),
)


class Part(Enum):
    """What a difference is about."""

    DATA = "DATA"
    UNITS = "UNITS"
    MONEY = "MONEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, as `placeOrder` calls it, with its values as JSON; lines are named by their SKU."""

    path: str
    before: Any
    after: Any
    part: Part
    sku: str | None = None
    of: str | None = None  # what it is called in the order, or in its address

    def told(self) -> dict[str, Any]:
        return {"path": self.path, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All differences of two statements. `units` are of each SKU whose quantity changed: after less before."""

    fields: tuple[FieldChange, ...]
    units: Mapping[str, int]

    @property
    def reduced(self) -> Mapping[str, int]:
        """Units that are not wanted any more, by SKU."""
        return {sku: -more for sku, more in self.units.items() if more < 0}

    @property
    def added(self) -> Mapping[str, int]:
        """Units that are wanted besides, by SKU."""
        return {sku: more for sku, more in self.units.items() if more > 0}

    @property
    def money_of(self) -> frozenset[str]:
        """SKUs whose lines have other money, or more units for it."""
        changed = {field.sku for field in self.fields if field.sku and field.part is Part.MONEY}
        return frozenset(changed | self.added.keys())

    @property
    def has_data(self) -> bool:
        return any(field.part is Part.DATA for field in self.fields)

    @property
    def money_apart(self) -> tuple[str, ...]:
        """Where money changed by itself. Discounts, taxes and shipping follow when there are fewer units."""
        return tuple(
            field.path
            for field in self.fields
            if field.part is Part.MONEY
            and field.sku not in self.units
            and not (self.reduced and not field.path.endswith(_PRICE))
        )


def differences(before: IncomingOrder, after: IncomingOrder) -> Differences:
    """What `after` says that `before` did not."""
    lines = _by_sku(before), _by_sku(after)
    units = {
        sku: _quantity(lines[1].get(sku)) - _quantity(lines[0].get(sku)) for sku in {**lines[0], **lines[1]}
    }
    return Differences(
        fields=(*_data(before, after), *_money(before, after), *_lines(*lines, before.currency)),
        units={sku: more for sku, more in units.items() if more},
    )


def merged(order: IncomingOrder, after: IncomingOrder, differing: Differences) -> IncomingOrder:
    """`order` with what differs in its data and its own money as `after` has it; its lines stay."""
    names = {field.path: field.of for field in differing.fields if field.of}
    own = {name: getattr(after, name) for path, name in names.items() if not path.startswith(_ADDRESS)}
    where = {name: getattr(after.ship_to, name) for path, name in names.items() if path.startswith(_ADDRESS)}
    return replace(order, ship_to=replace(order.ship_to, **where), **own)


def _data(before: IncomingOrder, after: IncomingOrder) -> Iterator[FieldChange]:
    for name, path in _DATA:
        yield from _differing(path, getattr(before, name), getattr(after, name), part=Part.DATA, of=name)
    for name, path in _SHIP_TO:
        here, there = getattr(before.ship_to, name), getattr(after.ship_to, name)
        yield from _differing(f"{_ADDRESS}{path}", here, there, part=Part.DATA, of=name)


def _money(before: IncomingOrder, after: IncomingOrder) -> Iterator[FieldChange]:
    for name, path in _ORDER_MONEY:
        amounts = [_amount(getattr(order, name), order.currency) for order in (before, after)]
        yield from _differing(path, *amounts, part=Part.MONEY, of=name)


def _lines(
    before: Mapping[str, IncomingLine], after: Mapping[str, IncomingLine], currency: str
) -> Iterator[FieldChange]:
    for sku in {**before, **after}:
        was, is_ = before.get(sku), after.get(sku)
        yield from _differing(
            f"lines[{sku}].quantity", _quantity(was), _quantity(is_), part=Part.UNITS, sku=sku
        )
        if is_ is None:  # its money goes with its units
            continue
        for name, path in _LINE_MONEY:
            amounts = [
                None if line is None else _amount(getattr(line, name), currency) for line in (was, is_)
            ]
            yield from _differing(f"lines[{sku}].{path}", *amounts, part=Part.MONEY, sku=sku)


def _differing(
    path: str, before: Any, after: Any, *, part: Part, sku: str | None = None, of: str | None = None
) -> Iterator[FieldChange]:
    if before != after:
        yield FieldChange(path=path, before=_plain(before), after=_plain(after), part=part, sku=sku, of=of)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _amount(minor: int, currency: str) -> str:
    return str(to_decimal(minor, currency))


def _by_sku(order: IncomingOrder) -> dict[str, IncomingLine]:
    return {line.sku: line for line in order.lines}


def _quantity(line: IncomingLine | None) -> int:
    return 0 if line is None else line.quantity


def flat_fields(order: IncomingOrder) -> list[dict[str, Any]]:
    """All that an order states, as fields of which nothing was stated before."""
    nothing = replace(
        order,
        lines=(),
        ship_to=ShipTo(country_code=""),
        shipping_minor=0,
        tax_minor=0,
        customer_reference="",
        promised_by=None,
        tags=(),
    )
    return [field.told() for field in differences(nothing, order).fields]
