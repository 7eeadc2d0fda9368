"""Same idempotency key, same effect once: also when requests race, fail or differ."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access.once import IdempotencyKeyReused, once
from domain.access.prune import prune_idempotency_records
from domain.shared.actor import Actor
from domain.shared.database import fetch_value, transaction
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput, NotFound
from tests.databases import Database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANNA = Actor(name="Anna", key_id=new_id())
ARGUMENTS = {"sku": "A", "quantity": 3}


class Work:
    """What is to happen once."""

    def __init__(self, *, takes_s: float = 0, fails: int = 0) -> None:
        self.runs = 0
        self._takes_s = takes_s
        self._fails = fails

    async def __call__(self) -> dict[str, Any]:
        self.runs += 1
        await asyncio.sleep(self._takes_s)
        if self.runs <= self._fails:
            raise NotFound("Not yet.")
        return {"run": self.runs, "at": NOW.isoformat()}


async def ask(
    work: Callable[[], Awaitable[dict[str, Any]]],
    key: str | None = "k",
    *,
    operation: str = "adjustStock",
    by: Actor = ANNA,
    **arguments: Any,
) -> dict[str, Any]:
    async with transaction():
        return await once(operation, key, ARGUMENTS | arguments, by=by, now=NOW, run=work)


async def test_the_second_request_gets_the_firsts_result(database: Database) -> None:
    work = Work()
    assert await ask(work) == await ask(work) == {"run": 1, "at": NOW.isoformat()}


async def test_the_order_of_arguments_does_not_matter(database: Database) -> None:
    work = Work()
    async with transaction():
        await once("o", "k", {"a": 1, "b": {"c": 2, "d": 3}}, by=ANNA, now=NOW, run=work)
    async with transaction():
        await once("o", "k", {"b": {"d": 3, "c": 2}, "a": 1}, by=ANNA, now=NOW, run=work)
    assert work.runs == 1


async def test_other_arguments_are_refused(database: Database) -> None:
    work = Work()
    await ask(work)
    with pytest.raises(IdempotencyKeyReused):
        await ask(work, quantity=4)
    assert work.runs == 1


async def test_a_key_is_its_bearers_and_its_operations(database: Database) -> None:
    work = Work()
    await ask(work)
    await ask(work, operation="transferStock")
    await ask(work, by=Actor(name="Ben", key_id=new_id()))
    await ask(work, by=Actor(name="the house"))
    assert work.runs == 4


async def test_without_a_key_it_happens_each_time(database: Database) -> None:
    work = Work()
    await ask(work, None)
    await ask(work, None)
    assert work.runs == 2


async def test_a_refused_request_may_be_repeated(database: Database) -> None:
    work = Work(fails=1)
    with pytest.raises(NotFound):
        await ask(work)
    assert await ask(work) == {"run": 2, "at": NOW.isoformat()}


@pytest.mark.parametrize("fails", [0, 1, 5])
async def test_requests_that_race_have_one_effect(database: Database, fails: int) -> None:
    work = Work(takes_s=0.02, fails=fails)
    answers = await asyncio.gather(*(ask(work) for _ in range(30)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, NotFound)]
    results = Counter(answer["run"] for answer in answers if isinstance(answer, dict))
    assert len(refused) == fails
    assert results == {fails + 1: 30 - fails}
    assert work.runs == fails + 1


async def test_of_rivals_with_other_arguments_one_wins(database: Database) -> None:
    work = Work(takes_s=0.02)
    answers = await asyncio.gather(*(ask(work, quantity=n) for n in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert sum(isinstance(answer, IdempotencyKeyReused) for answer in answers) == 19
    assert work.runs == 1


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_a_length(database: Database, key: str) -> None:
    with pytest.raises(InvalidInput):
        await ask(Work(), key)


async def test_outside_of_a_transaction_it_is_a_bug(database: Database) -> None:
    with pytest.raises(AssertionError):
        await once("o", "k", {}, by=ANNA, now=NOW, run=Work())


async def test_old_keys_are_forgotten(database: Database) -> None:
    work = Work()
    await ask(work)
    assert await prune_idempotency_records(before=NOW) == 0
    assert await prune_idempotency_records(before=NOW + timedelta(seconds=1)) == 1
    assert await fetch_value("SELECT count(*) FROM idempotency_records") == 0
    await ask(work)
    assert work.runs == 2
