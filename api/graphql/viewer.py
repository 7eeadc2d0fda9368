"""Who asks, and where the feed stands."""

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.channels.types import Channel
from api.graphql.info import Info, feed_cursor, reader
from api.graphql.resolvers import field
from domain.shared.actor import Scope


@strawberry.type(description="The bearer of the API key that this request came with.")
class Viewer:
    """The bearer of the API key."""

    name: str = strawberry.field(description="The key's name, which timelines and the ledger show.")
    scopes: list[Scope] = strawberry.field(description="What the key may do.")

    @field(description="The channels the key is limited to; null: it sees every channel.")
    async def channels(self, info: Info) -> list[Channel] | None:
        limited = info.context.actor.channel_ids
        if limited is None:
            return None
        rows = await info.context.loaders.channel.load_many(sorted(limited))
        return [Channel.of(row) for row in rows if row is not None]


@strawberry.type
class ViewerQueries:
    """Who asks, and where the feed stands."""

    @field(description="Who asks: the API key of this request. Needs no scope.")
    def viewer(self, info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(name=actor.name, scopes=sorted(actor.scopes))

    @field(description="The feed's position now: subscribe `after` it to hear of what happens from now on.")
    async def feed_position(self, info: Info) -> str:
        reader(info)
        return await feed_cursor()
