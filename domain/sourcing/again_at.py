"""When a backorder is looked at again, whatever arrives. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.sourcing.planning import Decision, OrderToSource, Site
from domain.sourcing.planning.verdict import IN_TIME
from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.rules.routing import changes_on
from domain.warehouses.ship_days import Calendar, cutoff_at


def again_at(
    decision: Decision,
    order: OrderToSource,
    *,
    sites: Sequence[Site],
    calendars: Mapping[UUID, Calendar],
    rules: RuleSet,
    now: datetime,
) -> datetime | None:
    """The first moment at which time alone may fill what the decision leaves unfilled; None: it never does.

    `sites` are those it was made with.
    """
    if not decision.unfilled:
        return None
    full = [site for site in sites if site.warehouse_id in decision.no_room]
    return min(
        [*_midnights(decision, now), *_rooms(full, calendars), *_turns(order, rules, now)], default=None
    )


def _midnights(decision: Decision, now: datetime) -> Iterator[datetime]:
    if any(reason in IN_TIME for _, reason in decision.unfilled):
        yield datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _rooms(full: Sequence[Site], calendars: Mapping[UUID, Calendar]) -> Iterator[datetime]:
    """When the days of full warehouses move on: at the cut-off of the first, another one comes behind the last."""
    for site in full:
        if site.days:
            yield cutoff_at(calendars[site.warehouse_id], site.days[0].day)


def _turns(order: OrderToSource, rules: RuleSet, now: datetime) -> Iterator[datetime]:
    """When the order comes to another routing."""
    zone = ZoneInfo(order.timezone)
    if day := changes_on(rules, order, now.astimezone(zone).date()):
        yield datetime.combine(day, time(), zone)
