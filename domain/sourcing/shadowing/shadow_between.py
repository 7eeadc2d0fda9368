"""Read the shadow figures of some days."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.shared.reading import Row
from domain.shared.refusal import InvalidInput
from domain.sourcing.shadowing.models import BidPriceShadow

DAYS_MAX = 92

ASSUMPTIONS = (
    "Each day (UTC) is replayed as a simulation is, under the rules of the morning after, without and with bid prices.",
    "What both replays leave out is the same: re-evaluations, rejections, and orders first sourced on another day.",
    "A day may cost more with bid prices: what was left to orders to come may not have been asked for by midnight.",
    "Compare filled lines before costs: what ships less costs less for that alone.",
)


class InvalidDays(InvalidInput):
    """Days are asked for from the first to the last, 92 at most."""

    code = "INVALID_DAYS"


async def shadow_between(first: date, last: date) -> Sequence[Row]:
    """Those from `first` to `last`, both included, that are known; in turn.

    Raises:
        InvalidDays: the span is turned round, or too long.
    """
    if not timedelta(0) <= last - first < timedelta(days=DAYS_MAX):
        raise InvalidDays(f"Ask for 1 to {DAYS_MAX} days.", field="to")
    return await BidPriceShadow.filter(day__gte=first, day__lte=last).order_by("day").values()
