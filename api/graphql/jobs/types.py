"""Background jobs that failed too often, as operators see them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.relay import Node, to_global
from domain.jobs.kinds import JobKind
from domain.shared.reading import Row


@strawberry.type(
    description="A background job that failed too often: replay it once its cause is gone, or discard it."
)
class DeadJob(Node):
    """A background job that failed too often."""

    kind: JobKind = strawberry.field(description="What it does.")
    payload: JSON = strawberry.field(description="What it does it to.")
    attempts: int = strawberry.field(description="How often it was tried.")
    last_error: str | None = strawberry.field(description="Why the last attempt failed.")
    created_at: datetime = strawberry.field(description="When it was asked for.")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            id=to_global("DeadJob", row["id"]),
            kind=JobKind(row["kind"]),
            payload=row["payload"],
            attempts=row["attempts"],
            last_error=row["last_error"],
            created_at=row["created_at"],
        )
