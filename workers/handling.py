"""What every job handler gets, and the shape of one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.shared.settings import Settings
from workers.outside.client import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One round: the payloads of all jobs of a kind that were claimed together."""

    payloads: Sequence[Mapping[str, Any]]
    settings: Settings
    outside: Outside
    now: Callable[[], datetime]


# Handlers are idempotent: a job may run twice, and a round may be cut off anywhere.
Handler = Callable[[Work], Awaitable[None]]
