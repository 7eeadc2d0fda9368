"""What rules may look at, of an order and of a warehouse."""

from datetime import date
from typing import Protocol

from domain.orders.policies import SplitPolicy
from domain.sourcing.said import Phrase, Said, Words


class OrderFacts(Protocol):
    """An order, as `planning.OrderToSource` describes it."""

    @property
    def channel(self) -> str: ...
    @property
    def priority(self) -> int: ...
    @property
    def country_code(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def total_minor(self) -> int: ...
    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def place(self) -> object | None: ...  # None: unknown
    @property
    def promised_on(self) -> date | None: ...
    @property
    def split_policy(self) -> SplitPolicy: ...
    @property
    def max_shipments(self) -> int: ...


class SiteFacts(Protocol):
    """A warehouse, as `planning.Site` describes it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


def country_of(order: OrderFacts) -> Words:
    """The country it goes to, for a sentence."""
    return order.country_code or Said(Phrase.UNKNOWN_COUNTRY)


def in_regions(order: OrderFacts, regions: frozenset[str]) -> bool:
    """Whether it goes to one of `regions`: 'DE', or 'DE-04' for postcodes that begin so."""
    if order.country_code in regions:
        return True
    postcode = order.postcode.replace(" ", "").upper()
    return any(
        country == order.country_code and postcode.startswith(start)
        for country, hyphen, start in (region.partition("-") for region in regions)
        if hyphen
    )
