"""What X12 and EDIFACT share: segments, and what an order says in either, as an order of ours.

Settings of a channel: `skuQualifiers` (which kind of article number is our SKU, the best first), `unitsPer`
(units of ours in one of theirs, such as {"CA": 12}), `locations` (addresses by the numbers that partners use
for them: name, line1, line2, city, region, postcode, country), `country` (of addresses that name none),
`pricesByAgreement` (lines without a price are orders at 0, for the invoice follows a contract), `acceptTests`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from domain.channels.adapters.contract import Facts, Unreadable
from domain.channels.adapters.lines import Charges, Item, raw_lines, reduced, settled, stated
from domain.channels.raw_order import RawOrder, RawShipTo

# An interchange of more orders is not judged before it is answered: that would take too long.
JUDGED_MAX = 1_000
SINGLE = frozenset({"", "EA", "PC", "PCE", "C62", "H87", "UN", "NAR"})
DOZEN = frozenset({"DZ", "DZN"})
_PATH = re.compile(r"([A-Z][A-Z0-9]{1,2}?)(\d\d)?\[(\d+)\]")
_AMOUNT_CHARACTERS = frozenset("0123456789.-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment and its position in its message, from 1; elements and components count from 1, too."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    at: int

    def text(self, element: int, component: int = 1) -> str:
        """What stands there, without blanks around it; empty where nothing does."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1].strip()

    def needed(self, element: int, component: int = 1) -> str:
        """What stands there.

        Raises:
            Unreadable: nothing does.
        """
        found = self.text(element, component)
        if not found:
            raise self.wrong("is missing", element)
        return found

    def amount(self, element: int, component: int = 1) -> Decimal:
        """The number there; either mark of decimals is taken.

        Raises:
            Unreadable: there is none, or it is out of range.
        """
        said = self.needed(element, component).replace(",", ".")
        try:
            found = Decimal(said) if set(said) <= _AMOUNT_CHARACTERS else None
        except InvalidOperation:
            found = None
        if found is None or found.adjusted() > 15:
            raise self.wrong("is no number", element)
        return found

    def count(self, element: int, component: int = 1) -> int:
        """The whole number there, from 0 up.

        Raises:
            Unreadable: there is none.
        """
        found = self.amount(element, component)
        if found != found.to_integral_value() or found < 0:
            raise self.wrong("is no whole number", element)
        return int(found)

    def wrong(self, message: str, element: int = 0) -> Unreadable:
        """The fault, with segment and position: PO102[14] is the second element of the 14th segment, a PO1."""
        return Unreadable(message, path=f"{self.tag}{f'{element:02}' if element else ''}[{self.at}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a segment, or with one of its elements (0: with none alone)."""

    tag: str
    element: int
    at: int
    message: str


def fault_of(wrong: Unreadable) -> Fault | None:
    """The place that `Segment.wrong` named; None where it is about no segment."""
    found = _PATH.fullmatch(wrong.path)
    if found is None:
        return None
    tag, element, at = found.groups()
    return Fault(tag=tag, element=int(element or 0), at=int(at), message=str(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it goes, as the message names it: an address, a number that stands for one, or both."""

    number: str
    name: str
    lines: tuple[str, ...]
    city: str
    region: str
    postcode: str
    country: str
    said_by: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """An order as either format says it; `total` is what its parts must come to, if it is said."""

    reference: str
    placed_at: datetime
    promised_by: datetime | None
    currency: str
    items: Sequence[Item]
    place: Place
    customer: str
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)  # of the whole order
    total: Decimal | None = None


def raw_order(order: Stated, facts: Facts) -> RawOrder:
    """The order as a channel of ours states it.

    Raises:
        Unreadable: it goes nowhere that is known, or does not add up.
    """
    charges = _charges(order)
    return RawOrder(
        channel=facts.channel,
        external_reference=order.reference,
        placed_at=order.placed_at.isoformat(),
        currency_code=order.currency,
        lines=raw_lines(charges.items, order.currency),
        ship_to=_ship_to(order.place, facts.settings),
        customer_reference=order.customer or None,
        promised_by=order.promised_by.isoformat() if order.promised_by else None,
        shipping=stated(charges.shipping),
        tax=stated(charges.tax),
    )


def _charges(order: Stated) -> Charges:
    items = tuple(item.of(item.quantity, order.currency) for item in order.items)
    before = Charges(items=items, shipping=order.shipping, tax=order.tax)
    charges = reduced(before, order.discount, Decimal(0), order.currency)
    return charges if order.total is None else settled(charges, order.total, order.currency)


def _ship_to(place: Place, settings: Mapping[str, Any]) -> RawShipTo:
    known: Mapping[str, Any] = (settings.get("locations") or {}).get(place.number) or {}
    lines = place.lines or (str(known.get("line1") or ""), str(known.get("line2") or ""))
    country = place.country or known.get("country") or settings.get("country")
    if not (place.city or known.get("city")):
        raise place.said_by.wrong(f"{place.number or 'it'} has no address, nor has the setting `locations`")
    if not country:
        raise place.said_by.wrong("names no country, nor does the setting `country`")
    return RawShipTo(
        country_code=str(country),
        name=place.name or known.get("name"),
        line1=next(iter(lines), None) or None,
        line2=", ".join(line for line in lines[1:] if line) or None,
        city=place.city or known.get("city"),
        region=place.region or known.get("region"),
        postcode=place.postcode or known.get("postcode"),
    )


def pieces(unit: str, pack: int | None, facts: Facts, said_by: Segment) -> int:
    """How many units of ours are in one of theirs.

    Raises:
        Unreadable: nobody says it.
    """
    if unit in SINGLE:
        return 1
    if unit in DOZEN:
        return 12
    known = pack or (facts.settings.get("unitsPer") or {}).get(unit)
    if type(known) is not int or known < 1:
        raise said_by.wrong(f"nothing says how many units are in one {unit}: see the setting `unitsPer`")
    return known


def article(numbers: Mapping[str, str], best: Iterable[str], facts: Facts, said_by: Segment) -> str:
    """The article number that is our SKU, by its qualifier.

    Raises:
        Unreadable: there is none of a kind that is.
    """
    for kind in facts.settings.get("skuQualifiers") or best:
        if numbers.get(kind):
            return numbers[kind]
    raise said_by.wrong(
        f"has no article number of a kind that is our SKU, only {', '.join(numbers) or 'none'}"
    )


def price_of(total: Decimal | None, facts: Facts, said_by: Segment) -> Decimal:
    """A line's price; 0 where it is agreed elsewhere.

    Raises:
        Unreadable: it has none, and the channel's prices are not by agreement.
    """
    if total is None and facts.settings.get("pricesByAgreement") is not True:
        raise said_by.wrong("has no price, and the channel has no setting `pricesByAgreement`")
    return total or Decimal(0)


def moment(said: str, facts: Facts, said_by: Segment, *, latest: bool = False) -> datetime:
    """CCYYMMDD, or YYMMDD, with HHMM or HHMMSS after it; in the channel's time zone. `latest`: a day's end.

    Raises:
        Unreadable: there is no such time.
    """
    whole = f"20{said}" if len(said) in (6, 10) else said
    if latest and len(whole) == 8:
        whole += "235959"
    if not (whole.isascii() and whole.isdecimal() and len(whole) in (8, 12, 14)):
        raise said_by.wrong(f"{said!r} is no date")
    try:
        found = datetime.strptime(whole.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007 -- its zone comes next
    except ValueError:
        raise said_by.wrong(f"{said!r} is no date") from None
    return found.replace(tzinfo=ZoneInfo(facts.timezone))


def as_text(body: bytes) -> str:
    """The text: UTF-8, or what came before it. X12 names no character set, and UNOA is taken loosely."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1")
