"""Access tokens of platforms that give a new refresh token with each: kept sealed, renewed by one at a time.

A refresh token may be good once only. So whoever renews holds a lease, and the two new tokens are committed together
before either is used. Between the platform's answer and that commit nothing can be saved: if a process dies just then,
the next attempt is made with the old one, which the platform may refuse; then a person has to authorise anew, and is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.channels.credentials.stored import write_credential
from domain.shared.actor import house
from domain.shared.database import execute, fetch, fetch_one, fetch_value, transactional

REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 -- a credential's name
LEASE: Final = timedelta(seconds=60)
RETRY_AFTER: Final = timedelta(minutes=10)
# A token is renewed when so much of its life is over, so that there is time for somebody to look at what fails.
_RENEW_AFTER: Final = 0.8
_ERROR_LENGTH_MAX: Final = 500
_STANDING = "SELECT good_until, renew_at FROM channel_tokens WHERE channel_id = $1"
_CLAIM = """
    INSERT INTO channel_tokens AS t (channel_id, epoch, renewing_until) VALUES ($1, 1, $3)
    ON CONFLICT (channel_id) DO UPDATE SET epoch = t.epoch + 1, renewing_until = $3
    WHERE (t.renewing_until IS NULL OR t.renewing_until < $2) AND (t.retry_at IS NULL OR t.retry_at <= $2)
    RETURNING epoch
"""
_RENEWED = """
    UPDATE channel_tokens SET good_until = $3, renew_at = $4, renewed_at = $5, renewing_until = NULL, retry_at = NULL,
                              failing_since = NULL, error = NULL
    WHERE channel_id = $1 AND epoch = $2
"""
_FAILED = """
    UPDATE channel_tokens SET renewing_until = NULL, retry_at = $4, error = $3, failing_since = coalesce(failing_since, $5)
    WHERE channel_id = $1 AND epoch = $2
"""
_END = "UPDATE channel_tokens SET renewing_until = NULL WHERE channel_id = $1 AND epoch = $2"
_FORGET = """
    UPDATE channel_tokens SET epoch = epoch + 1, good_until = NULL, renew_at = NULL, renewing_until = NULL, retry_at = NULL,
                              failing_since = NULL, error = NULL
    WHERE channel_id = $1
"""
_ALL = """
    SELECT c.code AS channel, t.good_until, t.failing_since FROM channel_tokens t JOIN channels c ON c.id = t.channel_id
    WHERE c.active
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenStanding:
    """Until when a channel's access token is good, as far as that is known, and when it is to be renewed."""

    good_until: datetime | None
    renew_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTokens:
    """What a platform gave: `kept_as` is the credential in which its access tokens are kept."""

    kept_as: str
    access: str
    refresh: str | None  # None: the old one stays good
    good_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedToken:
    """A channel's token, as metrics show it."""

    channel: str
    good_until: datetime | None
    failing_since: datetime | None


async def token_standing(channel_id: UUID) -> TokenStanding:
    """How it stands with the channel's token; nothing is known of one that was never renewed."""
    found = await fetch_one(_STANDING, TokenStanding, channel_id)
    return found or TokenStanding(good_until=None, renew_at=None)


async def claim_renewal(channel_id: UUID, *, now: datetime) -> int | None:
    """The epoch under which the caller alone may renew the token for a while; None: not now."""
    epoch: int | None = await fetch_value(_CLAIM, channel_id, now, now + LEASE)
    return epoch


@transactional
async def keep_tokens(channel_id: UUID, epoch: int, new: NewTokens, *, now: datetime) -> bool:
    """Seal and keep both tokens; False if somebody else renewed meanwhile, or set credentials by hand."""
    renew_at = now + (new.good_until - now) * _RENEW_AFTER
    if not await execute(_RENEWED, channel_id, epoch, new.good_until, renew_at, now):
        return False
    by = house("tokens")
    await write_credential(channel_id, new.kept_as, new.access, by=by, now=now)
    if new.refresh is not None:
        await write_credential(channel_id, REFRESH_TOKEN, new.refresh, by=by, now=now)
    return True


async def renewal_failed(channel_id: UUID, epoch: int, error: str, *, now: datetime) -> None:
    """Note why the token could not be renewed; it is tried again after a while."""
    told = error[:_ERROR_LENGTH_MAX].replace("\x00", "�")
    await execute(_FAILED, channel_id, epoch, told, now + RETRY_AFTER, now)


async def end_renewal(channel_id: UUID, epoch: int) -> None:
    """Let go of the lease: somebody else had renewed the token just before."""
    await execute(_END, channel_id, epoch)


async def forget_standing(channel_id: UUID) -> None:
    """What was known of the channel's token is known no more: somebody set its credentials."""
    await execute(_FORGET, channel_id)


async def watched_tokens() -> list[WatchedToken]:
    """The tokens that renew themselves, of all active channels."""
    return await fetch(_ALL, WatchedToken)
