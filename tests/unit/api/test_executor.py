"""The executor answers as its base does, and a subscription costs no more memory after many events."""

import gc
from collections.abc import AsyncGenerator

import pytest
import strawberry
from graphql.execution.collect_fields import CollectedFields

from api.graphql.executor import LeanExecutor


@strawberry.type
class Event:
    number: int


@strawberry.type
class Thing:
    number: int
    note: str | None = None

    @strawberry.field
    def doubled(self) -> int:
        return 2 * self.number


@strawberry.type
class Query:
    @strawberry.field
    def right(self) -> Thing:
        return Thing(number=4)

    @strawberry.field
    def missing(self) -> Thing | None:
        return Thing(number=None)  # type: ignore[arg-type]

    @strawberry.field
    def wrong(self) -> Thing | None:
        return Thing(number="many")  # type: ignore[arg-type]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(self) -> AsyncGenerator[Event, None]:
        for number in range(60):
            yield Event(number=number)


@pytest.mark.parametrize(
    "query",
    [
        "{ right { again: number note doubled __typename } }",
        "{ missing { note number } }",
        "{ wrong { note number } right { number } }",
    ],
)
async def test_it_answers_as_its_base_does(query: str) -> None:
    lean = await strawberry.Schema(Query, execution_context_class=LeanExecutor).execute(query)
    plain = await strawberry.Schema(Query).execute(query)
    assert lean.data == plain.data
    assert [error.formatted for error in lean.errors or ()] == [
        error.formatted for error in plain.errors or ()
    ]


async def test_events_leave_nothing_behind() -> None:
    schema = strawberry.Schema(Query, subscription=Subscription, execution_context_class=LeanExecutor)
    alive = {}
    number = 0
    async for _ in await schema.stream("subscription { events { number } }"):
        number += 1
        if number in {5, 60}:
            gc.collect()
            alive[number] = sum(isinstance(each, CollectedFields) for each in gc.get_objects())
    assert alive[60] <= alive[5]
