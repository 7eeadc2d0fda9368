"""Strawberry's decorators for resolvers, typed: what they decorate keeps its type."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def field(*, description: str) -> Callable[[Resolver], Resolver]:
    """A field that is computed when it is selected."""
    return strawberry.field(description=description)  # type: ignore[no-any-return]


def mutation(*, description: str) -> Callable[[Resolver], Resolver]:
    """A root field that changes something."""
    return strawberry.mutation(description=description)  # type: ignore[no-any-return]


def subscription(*, description: str) -> Callable[[Resolver], Resolver]:
    """A root field that goes on answering."""
    return strawberry.subscription(description=description)  # type: ignore[no-any-return]
