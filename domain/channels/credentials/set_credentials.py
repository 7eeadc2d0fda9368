"""Set a channel's credentials: what its platform asks for, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.channels.adapters.contract import CredentialField
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import remove_credential, write_credential
from domain.channels.credentials.tokens import forget_standing
from domain.channels.find import channel_by_code
from domain.channels.links import try_link_anew
from domain.shared.actor import Actor
from domain.shared.database import transactional
from domain.shared.refusal import InvalidInput
from domain.shared.text import InvalidText, require_text

VALUE_LENGTH_MAX = 16_384  # a private key in PEM fits


class InvalidCredentials(InvalidInput):
    """The channel's platform has no such credential, or the value cannot be one."""

    code = "INVALID_CREDENTIALS"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCredential:
    """One field's new value; None: it is to be forgotten."""

    name: str
    value: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCredentials:
    """Which channel, by its code, and what to set; fields that are not named stay as they are."""

    channel: str
    credentials: Sequence[GivenCredential]


@transactional
async def set_credentials(ask: SetCredentials, *, by: Actor, now: datetime) -> UUID:
    """Seal and store what is given, all or nothing; the channel's id.

    Idempotent. What is stored is never shown again. The platform is spoken to again at once, unless it asked to wait.

    Raises:
        UnknownChannel: there is none that `by` may see.
        InvalidCredentials: the platform has no such field, or a value cannot be one.
    """
    channel = await channel_by_code(ask.channel, by=by)
    known = {each.name for each in credential_fields(channel.platform)}
    for index, given in enumerate(ask.credentials):
        at = f"credentials[{index}]"
        if given.name not in known:
            named = ", ".join(sorted(known)) or "none at all"
            raise InvalidCredentials(
                f"{channel.platform} has no such credential, but {named}.", field=f"{at}.name"
            )
        if given.value is None:
            await remove_credential(channel.id, given.name)
        else:
            await write_credential(channel.id, given.name, _value(given.value, at), by=by, now=now)
    await forget_standing(channel.id)
    await try_link_anew(channel.id, now=now)
    return channel.id


def credential_fields(platform: str) -> tuple[CredentialField, ...]:
    """What a channel of this platform must be given."""
    adapter = ADAPTERS.get(platform)
    return adapter.credentials if adapter else ()


def _value(value: str, at: str) -> str:
    try:
        return require_text(value, field=f"{at}.value", longest=VALUE_LENGTH_MAX, least=1)
    except InvalidText as wrong:
        raise InvalidCredentials(wrong.message, field=wrong.field) from None
