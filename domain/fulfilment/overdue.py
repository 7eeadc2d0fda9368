"""Which fulfilment orders should have left."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from domain.fulfilment.lifecycle import ALLOCATING
from domain.warehouses.models import Warehouse


async def overdue(*, now: datetime) -> Q:
    """Those that have not left although their planned day is over, by the clock of their warehouse."""
    days: dict[date, list[UUID]] = defaultdict(list)
    for warehouse_id, timezone in await Warehouse.all().values_list("id", "timezone"):
        days[now.astimezone(ZoneInfo(timezone)).date()].append(warehouse_id)
    late = [Q(warehouse_id__in=places, planned_ship_on__lt=today) for today, places in days.items()]
    return Q(Q(state__in=sorted(ALLOCATING)), Q(*late, join_type="OR"))
