"""Payloads of mutations: what was changed, or the user errors that say why nothing was."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import strawberry

from api.graphql.errors import UserError, user_error
from api.graphql.info import Info
from domain.access.once import once
from domain.shared.actor import Actor, Scope
from domain.shared.database import transactional
from domain.shared.refusal import Refusal
from domain.shared.text import require_text

Params = ParamSpec("Params")
Answer = TypeVar("Answer", bound="Payload")


@strawberry.type(description="What a mutation answers.")
class Payload:
    """What a mutation answers."""

    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why nothing was done; empty when it was done."
    )


def refusable(
    payload: type[Answer],
) -> Callable[[Callable[Params, Awaitable[Answer]]], Callable[Params, Coroutine[Any, Any, Answer]]]:
    """Answer a refusal with a `payload` that carries it and nothing else."""

    def around(
        mutation: Callable[Params, Awaitable[Answer]],
    ) -> Callable[Params, Coroutine[Any, Any, Answer]]:
        @wraps(mutation)
        async def answer(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
            try:
                return await mutation(*args, **kwargs)
            except Refusal as no:
                return payload(user_errors=[user_error(no)])

        return answer

    return around


def writer(info: Info, scope: Scope) -> Actor:
    """The caller, who may write; what was read before is read anew from here on.

    Raises:
        NotAllowed: the key lacks `scope`.
    """
    info.context.loaders.forget()
    actor = info.context.actor
    actor.require(scope)
    return actor


def keeper(info: Info, scope: Scope) -> Actor:
    """The caller, who may write what belongs to all channels; else as `writer`.

    Raises:
        NotAllowed: the key lacks `scope`, or is limited to some channels.
    """
    actor = writer(info, scope)
    actor.require_every_channel()
    return actor


async def once_for(
    info: Info,
    operation: str,
    asked: Any,
    run: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """What `run` answers, in one transaction with the memory of `asked.idempotency_key`; it runs once a key.

    Raises:
        IdempotencyKeyReused: the key was used with other arguments.
    """
    key = (
        None if asked.idempotency_key is None else require_text(asked.idempotency_key, field="idempotencyKey")
    )
    arguments = asdict(asked) | {"idempotency_key": None}

    @transactional
    async def in_one() -> dict[str, Any]:
        return await once(operation, key, arguments, by=info.context.actor, now=info.context.now(), run=run)

    return await in_one()
