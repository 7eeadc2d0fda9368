"""API keys: make one, find its bearer, revoke it, list them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain.access.models import ApiKey
from domain.access.tokens import digest_of, matches, new_token, parse_token
from domain.shared.actor import Actor, Scope
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput, NotFound
from domain.shared.settings import settings

NAME_LENGTH_MAX = 200


class UnknownKey(NotFound):
    """No API key has this prefix."""

    code = "UNKNOWN_KEY"


class SecretMissingError(RuntimeError):
    """FOREBAY_SECRET is unset: keys can be neither made nor recognised."""


def pepper() -> bytes:
    """What the digests of this installation are keyed with.

    Raises:
        SecretMissingError: FOREBAY_SECRET is empty. A fault of the installation, not of a caller.
    """
    secret = settings().secret.get_secret_value()
    if not secret:
        raise SecretMissingError(
            "Set FOREBAY_SECRET to a long random string and keep it: API keys depend on it."
        )
    return secret.encode()


async def make_key(
    name: str,
    scopes: Collection[Scope],
    channel_ids: Collection[UUID] | None = None,
    *,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Store a new key; its row and its token, which cannot be shown again.

    `channel_ids` limits the key to these channels; None means every channel.

    Raises:
        InvalidInput: the name is empty or too long, or no scope is given.
    """
    if not 1 <= len(name.strip()) <= NAME_LENGTH_MAX:
        raise InvalidInput(f"A key's name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    if not scopes:
        raise InvalidInput("A key without a scope can do nothing; give it one.", field="scopes")
    token = new_token()
    key = await ApiKey.create(
        id=new_id(),
        name=name.strip(),
        prefix=token.prefix,
        digest=digest_of(token, pepper()),
        scopes=sorted(set(scopes)),
        channel_ids=None if channel_ids is None else sorted(set(channel_ids)),
        created_at=now,
    )
    return key, str(token)


async def find_actor(token: str) -> Actor | None:
    """The bearer of this token; None if it is malformed, unknown or revoked."""
    parsed = parse_token(token)
    if parsed is None:
        return None
    key = await ApiKey.get_or_none(prefix=parsed.prefix, revoked_at=None)
    if key is None or not matches(parsed, key.digest, pepper()):
        return None
    return actor_of(key)


async def revoke_key(prefix: str, *, now: datetime) -> None:
    """End a key. Idempotent: a revoked key keeps the time it was first revoked.

    API processes may go on honouring it for as long as they remember it: a few seconds.

    Raises:
        UnknownKey: there is none with this prefix.
    """
    if await ApiKey.filter(prefix=prefix, revoked_at=None).update(revoked_at=now):
        return
    if not await ApiKey.exists(prefix=prefix):
        raise UnknownKey(f"There is no key with the prefix {prefix}.", field="prefix")


async def list_keys() -> list[ApiKey]:
    """All keys, oldest first, the revoked ones too."""
    return await ApiKey.all().order_by("created_at", "id")


def actor_of(key: ApiKey) -> Actor:
    """Who a key's bearer is."""
    return Actor(
        name=key.name,
        key_id=key.id,
        scopes=frozenset(map(Scope, key.scopes)),
        channel_ids=None if key.channel_ids is None else frozenset(key.channel_ids),
    )
