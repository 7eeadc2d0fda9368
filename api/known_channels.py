"""Channels as their webhooks need them: remembered for a moment, since platforms push in bursts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.channels.adapters.contract import Adapter, Facts
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import read_credentials
from domain.channels.models import Channel
from domain.shared.forms import CODE

# A changed secret or platform is known in all processes after this.
REMEMBER_S = 3.0
REMEMBERED_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChannel:
    """A channel with its adapter, if its platform has one, what that may know, and its credentials in the clear."""

    id: UUID
    code: str
    platform: str
    adapter: Adapter | None
    facts: Facts
    credentials: Mapping[str, str]


class KnownChannels:
    """Finds channels by code, and remembers them, the ones that do not exist as well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[KnownChannel | None, float]] = {}

    async def by_code(self, code: str) -> KnownChannel | None:
        """The channel of this code, or None."""
        known, until = self._known.get(code, (None, 0.0))
        if until > self._clock():
            return known
        found = await _find(code) if CODE.fullmatch(code) else None
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[code] = (found, self._clock() + REMEMBER_S)
        return found


async def _find(code: str) -> KnownChannel | None:
    channel = await Channel.get_or_none(code=code)
    if channel is None:
        return None
    return KnownChannel(
        id=channel.id,
        code=channel.code,
        platform=channel.platform,
        adapter=ADAPTERS.get(channel.platform),
        facts=Facts(
            channel=channel.code,
            currency=channel.currency,
            timezone=channel.timezone,
            settings=channel.settings,
        ),
        credentials=await read_credentials(channel.id),
    )
