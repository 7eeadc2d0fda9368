"""A channel as intake needs it: locked, so that its messages are worked off by one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.channels.adapters.contract import Adapter, Facts
from domain.channels.adapters.registry import ADAPTERS
from domain.intake.mapping_version import mapping_version
from domain.shared.actor import Actor, house
from domain.shared.database import execute, fetch_one

# One round a channel: what concerns one order is settled in the order in which it came, and no two rounds
# can pass each other between an order and its cancellation. An arbitrary number tells our locks apart.
_LOCK = "SELECT pg_advisory_xact_lock(470239, hashtext($1))"
_READ = """
    SELECT id, code, platform, currency, timezone, settings::text AS settings, settings_version
    FROM channels WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeChannel:
    """What reading and settling its messages needs."""

    id: UUID
    code: str
    platform: str
    currency: str
    timezone: str
    settings: Mapping[str, Any]
    settings_version: int

    @property
    def adapter(self) -> Adapter | None:
        return ADAPTERS.get(self.platform)

    @property
    def facts(self) -> Facts:
        return Facts(
            channel=self.code, currency=self.currency, timezone=self.timezone, settings=self.settings
        )

    @property
    def mapping(self) -> str:
        return mapping_version(self.platform, self.settings_version)

    @property
    def actor(self) -> Actor:
        return house(f"channel {self.code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: UUID
    code: str
    platform: str
    currency: str
    timezone: str
    settings: str
    settings_version: int


async def lock_channel(channel_id: UUID) -> None:
    """Wait for one's turn at the channel's messages; it ends with the transaction."""
    await execute(_LOCK, str(channel_id))


async def intake_channel(channel_id: UUID) -> IntakeChannel:
    row = await fetch_one(_READ, _Row, channel_id)
    assert row is not None, "nothing deletes channels"
    return IntakeChannel(
        id=row.id,
        code=row.code,
        platform=row.platform,
        currency=row.currency,
        timezone=row.timezone,
        settings=orjson.loads(row.settings),
        settings_version=row.settings_version,
    )
