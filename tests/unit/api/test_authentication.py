"""Bearers are found once, for a few seconds."""

import asyncio

import pytest

from api.authentication import Authenticator, bearer_token
from domain.shared.actor import Actor

ANNA = Actor(name="Anna")


class Keys:
    """Who has which token, and how often it was asked."""

    def __init__(self) -> None:
        self.bearers: dict[str, Actor] = {"a": ANNA}
        self.asked = 0
        self.time = 100.0

    async def find(self, token: str) -> Actor | None:
        self.asked += 1
        await asyncio.sleep(0)
        return self.bearers.get(token)

    def authenticator(self) -> Authenticator:
        return Authenticator(self.find, remember_s=3, clock=lambda: self.time)


async def test_requests_that_miss_together_look_up_once() -> None:
    authenticator = (keys := Keys()).authenticator()
    assert await asyncio.gather(*(authenticator.actor("a") for _ in range(50))) == [ANNA] * 50
    assert keys.asked == 1


async def test_a_revoked_key_dies_after_a_few_seconds() -> None:
    authenticator = (keys := Keys()).authenticator()
    assert await authenticator.actor("a") is ANNA
    keys.bearers.clear()
    keys.time += 2.9
    assert await authenticator.actor("a") is ANNA
    keys.time += 0.2
    assert await authenticator.actor("a") is None


async def test_failure_is_not_remembered() -> None:
    authenticator = (keys := Keys()).authenticator()
    assert await authenticator.actor("b") is None
    keys.bearers["b"] = ANNA
    assert await authenticator.actor("b") is ANNA


async def test_one_callers_cancellation_is_not_the_others() -> None:
    authenticator = Keys().authenticator()
    first = asyncio.create_task(authenticator.actor("a"))
    second = asyncio.create_task(authenticator.actor("a"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second is ANNA


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("Bearer x", "x"),
        ("bearer  x ", "x"),
        ("Basic x", None),
        ("Bearer ", None),
        ("x", None),
        (None, None),
        (7, None),
    ],
)
def test_bearer_token(value: object, token: str | None) -> None:
    assert bearer_token(value) == token
