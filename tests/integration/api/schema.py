"""A small schema with one of everything that the transports must handle."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import strawberry

from api.graphql.context import RequestContext
from api.graphql.extensions import EXTENSIONS
from api.live.cursor import cursor_of, position_of
from domain.events.feed import feed_range
from domain.shared.database import fetch_value
from domain.shared.refusal import NotFound

Info = strawberry.Info[RequestContext, None]
contexts: list[RequestContext] = []  # each operation's, for tests that compare them


@strawberry.type
class Item:
    number: int

    @strawberry.field
    def me(self) -> "Item":
        return self

    @strawberry.field
    def items(self, first: int | None = None) -> "ItemConnection":
        return items(first)


@strawberry.type
class ItemConnection:
    nodes: list[Item]


def items(first: int | None) -> ItemConnection:
    return ItemConnection(nodes=[Item(number=number) for number in range(first or 20)])


@strawberry.type
class Query:
    @strawberry.field
    async def me(self, info: Info) -> str:
        contexts.append(info.context)
        return info.context.actor.name

    @strawberry.field
    def items(self, first: int | None = None) -> ItemConnection:
        return items(first)

    @strawberry.field
    def boom(self) -> str | None:
        raise ValueError("SELECT secret FROM vault")

    @strawberry.field
    def boom_hard(self) -> str:
        raise ValueError("SELECT secret FROM vault")

    @strawberry.field
    def away(self) -> str:
        raise asyncpg.CannotConnectNowError("the database system is starting up")

    @strawberry.field
    def refuse(self) -> str | None:
        raise NotFound("There is no such thing.", field="id")

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.sleep(60)
        return "never"

    @strawberry.field
    async def one(self) -> int:
        return int(await fetch_value("SELECT 1"))


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def ping(self, text: str) -> str:
        return text


@strawberry.type
class Change:
    cursor: str
    kind: str


@strawberry.type
class Place:
    position: str


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def changes(
        self, info: Info, after: str | None = None, kind: str | None = None
    ) -> AsyncIterator[Change]:
        contexts.append(info.context)
        async for entry in info.context.live.follow(position_of(after) if after else None):
            if kind is None or entry.kind == kind:
                yield Change(cursor=cursor_of(entry.position), kind=entry.kind)

    @strawberry.subscription
    async def announced(self, info: Info) -> AsyncIterator[Place]:
        """Like the real ones: where it begins, then what comes."""
        start = (await feed_range()).last_position
        yield Place(position=cursor_of(start))
        async for entry in info.context.live.follow(start):
            yield Place(position=cursor_of(entry.position))

    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def breaking(self) -> AsyncIterator[int]:
        yield 1
        raise ValueError("SELECT secret FROM vault")


SCHEMA = strawberry.Schema(Query, Mutation, Subscription, extensions=EXTENSIONS)
