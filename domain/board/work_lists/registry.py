"""What waits for a person: a new list is a member, a `.sql` beside this, and a line below.

A list's rows have `since`; `$1` is the present, `$2` the channels that the caller is limited to, or NULL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.shared.actor import Actor, Scope
from domain.shared.database import statement


class WorkListKind(StrEnum):
    """What somebody has to look at."""

    HELD_ORDERS = "HELD_ORDERS"
    BACKORDERS = "BACKORDERS"
    FAILED_MESSAGES = "FAILED_MESSAGES"
    ORDER_CHANGES = "ORDER_CHANGES"
    DRIFTED_LISTINGS = "DRIFTED_LISTINGS"
    OVERDUE_PARCELS = "OVERDUE_PARCELS"
    LATE_PARCELS = "LATE_PARCELS"
    PAUSED_IMPORTS = "PAUSED_IMPORTS"
    BROKEN_PROMISES = "BROKEN_PROMISES"
    DEAD_JOBS = "DEAD_JOBS"
    DISABLED_ENDPOINTS = "DISABLED_ENDPOINTS"


@dataclass(frozen=True, slots=True)
class WorkList:
    """The rows of a list, and who may see it: keys with a scope, perhaps only those that see every channel."""

    rows: str
    scope: Scope = Scope.READ
    every_channel: bool = False

    def is_for(self, by: Actor) -> bool:
        return by.may(self.scope) and (by.channel_ids is None or not self.every_channel)


def _sql(name: str) -> str:
    return statement(__file__, name)


WORK_LISTS: Mapping[WorkListKind, WorkList] = {
    WorkListKind.HELD_ORDERS: WorkList(_sql("held_orders.sql")),
    WorkListKind.BACKORDERS: WorkList(_sql("backorders.sql")),
    WorkListKind.FAILED_MESSAGES: WorkList(_sql("failed_messages.sql")),
    WorkListKind.ORDER_CHANGES: WorkList(_sql("order_changes.sql")),
    WorkListKind.DRIFTED_LISTINGS: WorkList(_sql("drifted_listings.sql")),
    WorkListKind.OVERDUE_PARCELS: WorkList(_sql("overdue_parcels.sql")),
    WorkListKind.LATE_PARCELS: WorkList(_sql("late_parcels.sql")),
    WorkListKind.PAUSED_IMPORTS: WorkList(_sql("paused_imports.sql")),
    WorkListKind.BROKEN_PROMISES: WorkList(_sql("broken_promises.sql"), every_channel=True),
    WorkListKind.DEAD_JOBS: WorkList(_sql("dead_jobs.sql"), scope=Scope.ADMIN, every_channel=True),
    WorkListKind.DISABLED_ENDPOINTS: WorkList(
        _sql("disabled_endpoints.sql"), scope=Scope.ADMIN, every_channel=True
    ),
}
