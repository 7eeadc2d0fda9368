"""Conditions: which orders a routing is for. Each reads its values and returns the test."""

from collections.abc import Callable
from datetime import date, timedelta

from domain.orders.policies import Priority
from domain.sourcing.rules.facts import OrderFacts, in_regions
from domain.sourcing.rules.values import Values, amount, regions, some, whole_number

Condition = Callable[[OrderFacts, date | None], bool]  # the second is today, where the order's channel is
_DAYS_MAX = 365


def channel(values: Values) -> Condition:
    """The order came through one of these channels."""
    codes = some(values)
    return lambda order, _: order.channel in codes


def priority(values: Values) -> Condition:
    """The order has one of these priorities."""
    unknown = some(values) - set(Priority.__members__)
    if unknown:
        raise ValueError(f"{min(unknown)!r} must be one of {', '.join(Priority.__members__)}.")
    wanted = {Priority[value].value for value in values}
    return lambda order, _: order.priority in wanted


def region(values: Values) -> Condition:
    """The order goes to one of these countries, or postcodes that begin so."""
    wanted = regions(values)
    return lambda order, _: in_regions(order, wanted)


def tag(values: Values) -> Condition:
    """The order carries one of these tags."""
    wanted = some(values)
    return lambda order, _: not wanted.isdisjoint(order.tags)


def value_at_least(values: Values) -> Condition:
    """The order's total, in this currency, is at least this much; orders in other currencies do not meet it."""
    currency, least_minor = amount(values)
    return lambda order, _: order.currency == currency and order.total_minor >= least_minor


def promised_within_days(values: Values) -> Condition:
    """The order was promised for a day within this many from today; without a promise it does not meet it."""
    days = timedelta(days=whole_number(values, most=_DAYS_MAX))
    return lambda order, today: (
        today is not None and order.promised_on is not None and order.promised_on <= today + days
    )
