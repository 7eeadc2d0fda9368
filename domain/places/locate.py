"""Locate addresses: find coordinates for them by what is known of their places."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.places.keys import name_key, postal_key
from domain.places.precision import Precision
from domain.shared.database import records, statement

_LOCATE = statement(__file__, "locate.sql")


class Address(NamedTuple):
    """What an address is located by."""

    country_code: str
    region: str = ""
    city: str = ""
    postcode: str = ""


class Located(NamedTuple):
    """Coordinates in degrees, and what they were found by; all None: unknown."""

    latitude: float | None = None
    longitude: float | None = None
    by: Precision | None = None
    part: str | None = None  # of the address, as it is written; of a postal code as much as was known


async def locate(addresses: Sequence[Address]) -> list[Located]:
    """Where each of `addresses` is, as exactly as is known: one statement for all of them, none for none.

    By its postal code or the longest beginning of it that is known, else by the city in its region, the region, the city
    by its name alone, or the country.
    """
    if not addresses:
        return []
    each = list(dict.fromkeys(addresses))
    rows = await records(
        _LOCATE,
        [address.country_code for address in each],
        [postal_key(address.country_code, address.postcode) for address in each],
        [name_key(address.city) for address in each],
        [name_key(address.region) for address in each],
    )
    found: dict[Address, Located] = {}
    for row in rows:
        address, by = each[row["at"] - 1], Precision(row["precision"])
        part = _part(address, by) or row["key"]
        found[address] = Located(row["latitude"], row["longitude"], by, part)
    return [found.get(address, Located()) for address in addresses]


def _part(address: Address, by: Precision) -> str | None:
    """What `by` is of in the address; None of a postal code, of which perhaps only the beginning was known."""
    parts = {
        Precision.CITY: address.city,
        Precision.REGION: address.region,
        Precision.COUNTRY: address.country_code,
    }
    return parts.get(by)
