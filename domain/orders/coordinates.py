"""Where orders go, in degrees: as they state it, else as their addresses are located."""

from collections.abc import Sequence

from domain.orders.incoming import ShipTo
from domain.places.locate import Address, Located, locate


async def coordinates(addresses: Sequence[ShipTo]) -> list[Located]:
    """Each one's. What is stated is kept, and says nothing of how it was found; if all is, nothing is looked up."""
    bare = [_address(to) for to in addresses if to.latitude is None]
    found = iter(await locate(bare))
    return [next(found) if to.latitude is None else Located(to.latitude, to.longitude) for to in addresses]


def _address(to: ShipTo) -> Address:
    return Address(country_code=to.country_code, region=to.region, city=to.city, postcode=to.postcode)
