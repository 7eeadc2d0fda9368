"""Create, change, enable and remove endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from domain.channels.reading import channel_ids
from domain.events.consume import start_consuming
from domain.events.kinds import EventKind
from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, transactional
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.text import InvalidText, require_text
from domain.webhooks.refusals import InvalidWebhookEndpoint, UnknownWebhookEndpoint
from domain.webhooks.secrets import OVERLAP_MAX, new_secret

CONSUMER = "webhooks"
URL_LENGTH_MAX = 2_000
CHANNELS_MAX = 500
BY_HAND = "by hand"

_CREATE = """
    INSERT INTO webhook_endpoints (id, url, description, kinds, channel_ids, state, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, 'ENABLED', $6, $6)
"""
_CHANGE = """
    UPDATE webhook_endpoints SET url = $2, description = $3, kinds = $4, channel_ids = $5, updated_at = $6
    WHERE id = $1
"""
_ENABLE = """
    UPDATE webhook_endpoints
    SET state = 'ENABLED', disabled_because = NULL, failures = 0, not_before = NULL, updated_at = $2 WHERE id = $1
"""
_DISABLE = """
    UPDATE webhook_endpoints SET state = 'DISABLED', disabled_because = coalesce(disabled_because, $3), updated_at = $2
    WHERE id = $1
"""
_EXISTS = "SELECT FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWebhookEndpoint:
    """An endpoint as it shall be. `kinds` and `channels` (codes) None: all of them."""

    url: str
    description: str = ""
    kinds: tuple[EventKind, ...] | None = None
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedEndpoint:
    """A new endpoint, and the secret that cannot be shown again."""

    id: UUID
    secret: str


@transactional
async def create_endpoint(ask: SaveWebhookEndpoint, *, by: Actor, now: datetime) -> CreatedEndpoint:
    """Tell a new endpoint about order events from now on.

    Raises:
        InvalidWebhookEndpoint: the URL, the channels or the description cannot be right.
        NotAllowed: the key is not an administrator's of every channel.
    """
    columns = await _checked(ask, by)
    endpoint_id = new_id()
    await start_consuming(CONSUMER)
    await execute(_CREATE, endpoint_id, *columns, now)
    return CreatedEndpoint(id=endpoint_id, secret=await new_secret(endpoint_id, overlap=timedelta(), now=now))


@transactional
async def change_endpoint(endpoint_id: UUID, ask: SaveWebhookEndpoint, *, by: Actor, now: datetime) -> None:
    """Let the endpoint be as `ask` says; what is pending goes to its new address.

    Raises:
        UnknownWebhookEndpoint: there is none.
        InvalidWebhookEndpoint, NotAllowed: as `create_endpoint`.
    """
    columns = await _checked(ask, by)
    await _require(endpoint_id)
    await execute(_CHANGE, endpoint_id, *columns, now)


@transactional
async def enable_endpoint(endpoint_id: UUID, *, enabled: bool, by: Actor, now: datetime) -> None:
    """Send to the endpoint, or stop; what is pending waits meanwhile, what happens meanwhile is not for it.

    Raises:
        UnknownWebhookEndpoint, NotAllowed: there is none, or the key is not an administrator's of every channel.
    """
    by.require_everywhere(Scope.ADMIN)
    await _require(endpoint_id)
    await (execute(_ENABLE, endpoint_id, now) if enabled else execute(_DISABLE, endpoint_id, now, BY_HAND))


@transactional
async def rotate_secret(endpoint_id: UUID, *, overlap: timedelta, by: Actor, now: datetime) -> str:
    """A new secret, which cannot be shown again; the one before signs along for `overlap`.

    Raises:
        InvalidWebhookEndpoint: the overlap is negative or longer than OVERLAP_MAX.
        UnknownWebhookEndpoint, NotAllowed: there is none, or the key is not an administrator's of every channel.
    """
    by.require_everywhere(Scope.ADMIN)
    if not timedelta() <= overlap <= OVERLAP_MAX:
        raise InvalidWebhookEndpoint(
            f"Must be 0 to {OVERLAP_MAX.total_seconds():.0f} seconds.", field="overlapSeconds"
        )
    await _require(endpoint_id)
    return await new_secret(endpoint_id, overlap=overlap, now=now)


@transactional
async def remove_endpoint(endpoint_id: UUID, *, by: Actor) -> None:
    """Forget the endpoint with its deliveries and their log.

    Raises:
        UnknownWebhookEndpoint, NotAllowed: there is none, or the key is not an administrator's of every channel.
    """
    by.require_everywhere(Scope.ADMIN)
    await _require(endpoint_id)
    await execute("DELETE FROM webhook_endpoints WHERE id = $1", endpoint_id)


async def _require(endpoint_id: UUID) -> None:
    if not await execute(_EXISTS, endpoint_id):
        raise UnknownWebhookEndpoint("There is no such endpoint.", field="id")


async def _checked(
    ask: SaveWebhookEndpoint, by: Actor
) -> tuple[str, str, list[str] | None, list[UUID] | None]:
    by.require_everywhere(Scope.ADMIN)
    try:
        description = require_text(ask.description, field="description", longest=500)
    except InvalidText as wrong:
        raise InvalidWebhookEndpoint(wrong.message, field="description") from wrong
    kinds = None if ask.kinds is None else sorted({kind.value for kind in ask.kinds})
    channels = None if ask.channels is None else await _channels(ask.channels)
    return _url(ask.url), description, kinds, channels


def _url(url: str) -> str:
    """A URL of ours to call: https, or http where the installation names networks of its own."""
    wrong = InvalidWebhookEndpoint("Must be an https URL without user, password or fragment.", field="url")
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise wrong from None
    schemes = ("https", "http") if settings().outside_networks else ("https",)
    odd = parts.username or parts.password or parts.fragment or not url.isascii() or not url.isprintable()
    if parts.scheme not in schemes or not parts.hostname or odd or not port_is_right or " " in url:
        raise wrong
    if len(url) > URL_LENGTH_MAX:
        raise InvalidWebhookEndpoint(f"Must have up to {URL_LENGTH_MAX} characters.", field="url")
    return url


async def _channels(codes: Sequence[str]) -> list[UUID]:
    if not 1 <= len(codes) <= CHANNELS_MAX:
        raise InvalidWebhookEndpoint(f"Name 1 to {CHANNELS_MAX} channels, or none for all.", field="channels")
    known = await channel_ids(codes)
    for at, code in enumerate(codes):
        if code not in known:
            raise InvalidWebhookEndpoint(f"There is no channel {code!r}.", field=f"channels[{at}]")
    return sorted(known.values())
