"""What the data doesn't say and the demo assigns: channel, city and wishes, by hash, never by chance.

The hash is splitmix64 of the household's or basket's number and a salt: the same on every machine.
Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cli.demo.cities import CHINESE_CITIES, CITIES
from cli.demo.company import COUNTER_OF_REGION, MARKETPLACE, SOCIAL, WEB

Ints: TypeAlias = npt.NDArray[np.int64]

CHANNEL_CODES: Final = (WEB, MARKETPLACE, SOCIAL, *COUNTER_OF_REGION.values())
# Of 10,000 households; a household keeps its channel, as people do.
_CHANNEL_SHARES_BP = (4_200, 2_300, 1_000, 2_500)  # web, marketplace, social, over the counter
_PRIORITIES: Final = ("NORMAL", "HIGH", "URGENT")
_SPLIT_POLICIES: Final = ("PARTIAL_ALLOWED", "SHIP_COMPLETE", "SINGLE_SHIPMENT")
_SALTS = {
    "city": 1,
    "channel": 2,
    "priority": 3,
    "split": 4,
    "stock": 5,
    "promise": 6,
    "sku": 7,
    "most": 8,
    "china": 9,
}


def drawn(numbers: Ints, what: str, bound: int) -> Ints:
    """A number in 0..bound-1 for each of `numbers`, always the same; `what` names the draw."""
    x = numbers.astype(np.uint64) + np.uint64(_SALTS[what] * 0x9E3779B97F4A7C15 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return (mixed % np.uint64(bound)).astype(np.int64)


def _shared_out(numbers: Ints, what: str, shares: Sequence[int]) -> Ints:
    """An index into `shares` for each number, in proportion to them."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges, drawn(numbers, what, int(edges[-1])), side="right").astype(np.int64)


def city_of(households: Ints) -> Ints:
    """The index into CITIES where each household lives."""
    return _shared_out(households, "city", [city.thousands for city in CITIES])


def chinese_city_of(households: Ints) -> Ints:
    """The index into CHINESE_CITIES where each household would live, if it bought there."""
    return _shared_out(households, "china", [city.thousands for city in CHINESE_CITIES])


def channel_of(households: Ints, cities: Ints) -> Ints:
    """The index into CHANNEL_CODES where each household buys; counters are those of its region."""
    picked = _shared_out(households, "channel", _CHANNEL_SHARES_BP)
    counters = tuple(COUNTER_OF_REGION)
    of_region = np.array([3 + counters.index(city.region) for city in CITIES])
    return np.where(picked == 3, of_region[cities], picked)


def priorities_of(baskets: Ints) -> list[str]:
    return [_PRIORITIES[index] for index in _shared_out(baskets, "priority", (88, 9, 3))]


def split_policies_of(baskets: Ints) -> list[str]:
    return [_SPLIT_POLICIES[index] for index in _shared_out(baskets, "split", (65, 20, 15))]


def requires_stock(baskets: Ints, channels: Ints) -> npt.NDArray[np.bool_]:
    """A fifth of the marketplace's orders are refused rather than backordered; the other platforms can't say so."""
    required: npt.NDArray[np.bool_] = (channels == CHANNEL_CODES.index(MARKETPLACE)) & (
        drawn(baskets, "stock", 100) < 20
    )
    return required


def promise_days_of(baskets: Ints) -> Ints:
    """Days until an order's promised time; 0 for the seven in ten that have none."""
    days = drawn(baskets, "promise", 1000)
    return np.where(days < 300, 2 + days % 5, 0)


def most_shipments_of(baskets: Ints) -> Ints:
    """1 to 4 shipments at most; 0 for the half that leave it to the server."""
    return (drawn(baskets, "most", 8) - 3).clip(min=0)
