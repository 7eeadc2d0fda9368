"""When a backorder is looked at again, whatever arrives. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.sourcing.accept_plan import Take
from domain.sourcing.gather_snapshot import Gathered
from domain.sourcing.planning.verdict import IN_TIME
from domain.sourcing.rules.definition import RuleSet
from domain.sourcing.rules.routing import changes_on
from domain.warehouses.ship_days import cutoff_at


def again_at(take: Take, gathered: Gathered, rules: RuleSet, now: datetime) -> datetime | None:
    """The first moment at which time alone may fill what the decision leaves unfilled; None: it never does."""
    return min(_times(take, gathered, rules, now), default=None) if take.decision.unfilled else None


def _times(take: Take, gathered: Gathered, rules: RuleSet, now: datetime) -> Iterator[datetime]:
    if any(reason in IN_TIME for _, reason in take.decision.unfilled):
        yield datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    yield from _rooms(take, gathered)
    if until := gathered.excluded_until.get(take.order.order_id):
        yield until
    zone = ZoneInfo(take.order.timezone)
    if day := changes_on(rules, take.order, now.astimezone(zone).date()):
        yield datetime.combine(day, time(), zone)


def _rooms(take: Take, gathered: Gathered) -> Iterator[datetime]:
    """When the days of full warehouses move on: at the cut-off of the first, another one comes behind the last."""
    for site in gathered.snapshot.sites:
        if site.warehouse_id in take.decision.no_room and site.days:
            yield cutoff_at(gathered.calendars[site.warehouse_id], site.days[0].day)
