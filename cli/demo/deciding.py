"""What the demo's people do with which order: drawn by its number, so it is the same each time. Pure.

Which parcels a warehouse rejects, which orders a customer calls off, which ones somebody wants to
look at first, and what its platform says of one twice or out of turn. Shares are high enough to be seen in a short run, and low enough to be a
normal day's.
"""

from enum import StrEnum
from zlib import crc32

from cli.demo.platforms.shape import Telling

_OUT_OF_10_000 = 10_000


class Wish(StrEnum):
    """What happens to an order after it was placed."""

    NOTHING = "NOTHING"
    CANCEL = "CANCEL"  # the customer calls it off, at once
    HOLD = "HOLD"  # payment is looked at; it is released later
    LATE_CANCEL = "LATE_CANCEL"  # called off when it may be packed or gone


_REJECTIONS = (("OUT_OF_STOCK", 60), ("DAMAGED", 40), ("NO_CAPACITY", 80))  # of 10,000 parcels
_WISHES = ((Wish.CANCEL, 60), (Wish.HOLD, 120), (Wish.LATE_CANCEL, 40))  # of 10,000 orders
_TELLINGS = (
    ((Telling.PLACED, Telling.PLACED), 300),  # delivered again, though it was taken
    ((Telling.BESIDE, Telling.PLACED), 200),  # what is later comes first
    ((Telling.PLACED, Telling.BESIDE), 300),
)  # of 10,000 orders
_CARRIERS = ("UPS", "FedEx", "USPS", "OnTrac")


def draw(*words: str, bound: int = _OUT_OF_10_000) -> int:
    """A number below `bound`, always the same for the same words."""
    return crc32("\x1f".join(words).encode()) % bound


def rejection(reference: str, warehouse: str) -> str | None:
    """Why this warehouse rejects its part of the order; None: it doesn't."""
    at = draw("reject", reference, warehouse)
    for reason, share in _REJECTIONS:
        if at < share:
            return reason
        at -= share
    return None


def wish(reference: str) -> Wish:
    """What its customer, or the desk, will want with this order."""
    at = draw("wish", reference)
    for kind, share in _WISHES:
        if at < share:
            return kind
        at -= share
    return Wish.NOTHING


def tellings(reference: str) -> tuple[Telling, ...]:
    """What its platform delivers of an order, in this sequence; mostly once that it was placed."""
    at = draw("tell", reference)
    for telling, share in _TELLINGS:
        if at < share:
            return telling
        at -= share
    return (Telling.PLACED,)


def carrier(reference: str) -> str:
    return _CARRIERS[draw("carrier", reference, bound=len(_CARRIERS))]


def tracking_number(reference: str, warehouse: str) -> str:
    """A made-up number: it starts with DEMO, so that nobody takes it for a carrier's."""
    return f"DEMO-{draw('track', reference, warehouse, bound=10**9):09d}"


def days_on_the_way(reference: str, distance_km: float) -> float:
    """Simulated transit: a day, and another for each 1,500 km, give or take a quarter."""
    return (1 + distance_km / 1_500) * (0.75 + draw("transit", reference, bound=51) / 100)
