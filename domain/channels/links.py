"""How it goes with a channel's platform: when it last answered, and until when it is left alone."""

from datetime import datetime
from uuid import UUID

from domain.shared.database import execute

ERROR_LENGTH_MAX = 500
PATIENCE_MAX_S = 300
WAIT_MAX_S = 86_400  # whoever states a longer one is asked once a day
_OK = """
    INSERT INTO channel_links AS k (channel_id, last_ok_at) VALUES ($1, $2)
    ON CONFLICT (channel_id) DO UPDATE SET last_ok_at = $2, failures = 0,
        not_before = CASE WHEN k.stated_until > $2 THEN k.stated_until END
    WHERE k.last_ok_at IS NULL OR k.last_ok_at < $2 - interval '1 second' OR k.failures > 0
"""
# As long as the platform says; else longer after each failure in a row, with full jitter. Another answer does not
# shorten what it said, be it one that went well or one that failed otherwise.
_FAILED = """
    INSERT INTO channel_links AS k (channel_id, failures, last_error, last_error_at, stated_until, not_before)
    VALUES ($1, 1, $3, $2, $2::timestamptz + $4::float8 * interval '1 second',
            $2::timestamptz + coalesce($4::float8, 2 * random()) * interval '1 second')
    ON CONFLICT (channel_id) DO UPDATE
    SET failures = k.failures + 1, last_error = $3, last_error_at = $2,
        stated_until = greatest(k.stated_until, excluded.stated_until),
        not_before = greatest(k.stated_until, $2::timestamptz
            + coalesce($4::float8, least($5, 2 ^ least(k.failures + 1, 20)) * random()) * interval '1 second')
"""


_ANEW = """
    UPDATE channel_links SET failures = 0, not_before = CASE WHEN stated_until > $2 THEN stated_until END
    WHERE channel_id = $1
"""


async def link_ok(channel_id: UUID, *, now: datetime) -> None:
    """The platform answered; a wait that it stated lasts all the same."""
    await execute(_OK, channel_id, now)


async def link_failed(channel_id: UUID, error: str, *, wait_s: float | None = None, now: datetime) -> None:
    """The platform did not answer, or asks to be left alone for `wait_s`."""
    stated_s = None if wait_s is None else min(wait_s, WAIT_MAX_S)
    await execute(_FAILED, channel_id, now, error[:ERROR_LENGTH_MAX], stated_s, PATIENCE_MAX_S)


async def try_link_anew(channel_id: UUID, *, now: datetime) -> None:
    """Leave it alone no longer than it asked for: something is otherwise than when it failed."""
    await execute(_ANEW, channel_id, now)
