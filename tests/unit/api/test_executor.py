"""A subscription costs no more memory after many events than after a few."""

import gc
from collections.abc import AsyncGenerator

import strawberry
from graphql.execution.collect_fields import CollectedFields

from api.graphql.executor import ForgettingExecutor


@strawberry.type
class Event:
    number: int


@strawberry.type
class Query:
    nothing: int = 0


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(self) -> AsyncGenerator[Event, None]:
        for number in range(60):
            yield Event(number=number)


async def test_events_leave_nothing_behind() -> None:
    schema = strawberry.Schema(Query, subscription=Subscription, execution_context_class=ForgettingExecutor)
    alive = {}
    number = 0
    async for _ in await schema.stream("subscription { events { number } }"):
        number += 1
        if number in {5, 60}:
            gc.collect()
            alive[number] = sum(isinstance(each, CollectedFields) for each in gc.get_objects())
    assert alive[60] <= alive[5]
