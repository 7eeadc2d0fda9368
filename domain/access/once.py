"""Same idempotency key, same effect once."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_one, in_a_transaction, statement
from domain.shared.refusal import Conflict, InvalidInput

KEY_LENGTH_MAX = 200
NOBODYS_KEY = UUID(int=0)  # the house itself acts without an API key

_CLAIM = statement(__file__, "claim_once.sql")
_READ = """
    SELECT request_hash, result::text AS result FROM idempotency_records
    WHERE (key_id, operation, key) = ($1, $2, $3)
"""
_KEEP = """
    UPDATE idempotency_records SET result = $4::text::jsonb
    WHERE (key_id, operation, key) = ($1, $2, $3)
"""


class IdempotencyKeyReused(Conflict):
    """This key belongs to an earlier request with other arguments; choose a new one."""

    code = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class _Record:
    request_hash: bytes
    result: str


async def once(
    operation: str,
    key: str | None,
    arguments: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
    run: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """The result of `run()`, which happens only once for each of the caller's keys.

    Belongs inside the transaction of the work itself: key and effect commit together, and a refusal
    raised by `run` rolls both back, so that a refused request may be repeated with the same key. Of
    concurrent requests with one key the later waits for the earlier's transaction. Without a key
    it just runs. What comes back from memory has been through JSON.

    Raises:
        InvalidInput: the key is empty or too long.
        IdempotencyKeyReused: it was used with other arguments.
    """
    assert in_a_transaction(), "once() outlives nothing without its caller's transaction"
    if key is None:
        return await run()
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise InvalidInput(f"A key has 1 to {KEY_LENGTH_MAX} characters.", field="idempotencyKey")

    name = (by.key_id or NOBODYS_KEY, operation, key)
    request_hash = hash_of(arguments)
    if not await execute(_CLAIM, *name, request_hash, now):
        return await _remembered(*name, request_hash=request_hash)
    result = await run()
    await execute(_KEEP, *name, orjson.dumps(result, default=str).decode())
    return result


async def _remembered(key_id: UUID, operation: str, key: str, *, request_hash: bytes) -> dict[str, Any]:
    record = await fetch_one(_READ, _Record, key_id, operation, key)
    assert record is not None, "rows that conflict are there until pruned"
    if record.request_hash != request_hash:
        raise IdempotencyKeyReused(
            "This idempotency key was used with other arguments.", field="idempotencyKey"
        )
    result: dict[str, Any] = orjson.loads(record.result)
    return result


def hash_of(arguments: Mapping[str, Any]) -> bytes:
    """SHA-256 of the arguments as canonical JSON: the order of keys doesn't matter."""
    canonical = orjson.dumps(
        arguments, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
    )
    return hashlib.sha256(canonical).digest()
