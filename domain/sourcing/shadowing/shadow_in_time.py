"""Ask for the shadow of the latest day that has none."""

from datetime import UTC, datetime, timedelta

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.shared.database import records, statement, transactional

DAYS_BACK = 7
AFTER = timedelta(hours=1)  # of the next day: the last orders have been decided, and midnight is over

_DUE = statement(__file__, "days_due.sql")


@transactional
async def shadow_in_time(*, now: datetime) -> bool:
    """Have the latest day worked out that is over and was not yet, one at a time; whether there is any.

    The relay calls this. Two that do it at once have the same day worked out twice, to the same figures.
    """
    today = (now.astimezone(UTC) - AFTER).date()
    due = await records(_DUE, today - timedelta(days=DAYS_BACK), today)
    for row in due:
        await enqueue(JobKind.SHADOW_PRICES, {"day": row["day"].isoformat()}, now=now)
    return bool(due)
