"""What every resolver finds in `info.context`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the loaders' module may import this one
    from api.graphql.loaders import Loaders
    from api.live.following import LiveFeed
    from domain.orders.gather import OrderIntake
    from domain.shared.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One operation's context, never shared by two: over a WebSocket each operation gets its own.

    `live.follow(after)` iterates the feed for subscriptions.
    """

    actor: Actor
    loaders: Loaders
    intake: OrderIntake
    live: LiveFeed
    now: Callable[[], datetime]
