"""Who acts: the bearer of an API key, or the house itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.shared.refusal import NotAllowed


class Scope(StrEnum):
    """What a key may do. ADMIN includes every other scope."""

    READ = "READ"
    ORDERS_WRITE = "ORDERS_WRITE"
    STOCK_WRITE = "STOCK_WRITE"
    FULFILMENT_WRITE = "FULFILMENT_WRITE"
    CATALOG_WRITE = "CATALOG_WRITE"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The one in whose name something happens; `name` is what timelines show.

    `channel_ids` limits the actor to orders of these channels; None means every channel.
    """

    name: str
    key_id: UUID | None = None
    scopes: frozenset[Scope] = frozenset()
    channel_ids: frozenset[UUID] | None = None

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise NotAllowed unless the key has `scope`."""
        if not self.may(scope):
            raise NotAllowed(f"This key lacks the scope {scope}; ask for a key that has it.")

    def require_every_channel(self) -> None:
        """Raise NotAllowed if the actor is limited to some channels: stock, say, belongs to them all."""
        if self.channel_ids is not None:
            raise NotAllowed(
                "This key is limited to its channels, and this belongs to all of them. "
                "What they may sell is `availability`."
            )

    def require_everywhere(self, scope: Scope) -> None:
        """Raise NotAllowed unless the key has `scope`, and for every channel."""
        self.require(scope)
        self.require_every_channel()

    def sees_channel(self, channel_id: UUID) -> bool:
        return self.channel_ids is None or channel_id in self.channel_ids


def house(name: str) -> Actor:
    """The actor for what Forebay does by itself: workers, the sweeper, the command line."""
    return Actor(name=name, scopes=frozenset({Scope.ADMIN}))
