"""Filters: which warehouses may ship an order. Each reads its values and returns the test.

The test says why not, as the rest of a sentence that begins with the warehouse's name; None: it may.
"""

from collections.abc import Callable

from domain.sourcing.rules.facts import OrderFacts, SiteFacts, country_of, in_regions
from domain.sourcing.rules.values import Values, regions, some, whole_number
from domain.sourcing.said import Phrase, Said

Filter = Callable[[OrderFacts, SiteFacts, float], Said | None]  # the third is the distance in km
_KM_MAX = 20_100  # half around the globe


def warehouse(values: Values) -> Filter:
    """One of these warehouses."""
    codes = some(values)
    return lambda _, site, __: None if site.code in codes else Said(Phrase.NOT_NAMED)


def within_km(values: Values) -> Filter:
    """Warehouses at most this far from where the order goes; an order without coordinates is nowhere far."""
    most = whole_number(values, most=_KM_MAX)
    return lambda order, _, km: (
        None if km <= most or order.place is None else Said(Phrase.TOO_FAR, km=round(km), most=most)
    )


def for_region(values: Values) -> Filter:
    """Every warehouse, for orders to these countries or postcodes; none for others."""
    wanted = regions(values)
    return lambda order, _, __: (
        None if in_regions(order, wanted) else Said(Phrase.NOT_FOR_REGION, country=country_of(order))
    )
