"""A part of a message is replaced by something else: it is read or refused, and nothing else happens."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.channels.adapters.contract import Cursor, HttpAnswer, Message, OrderStated, Page, Pull, Unreadable
from domain.channels.adapters.registry import ADAPTERS
from domain.orders.incoming import InvalidOrder, parse_order
from domain.shared.tags import InvalidTags
from tests.recorded import recorded
from tests.unit.channels.paying import NOW

POLLED = sorted(platform for platform, adapter in ADAPTERS.items() if adapter.pull)
INSTEAD: tuple[Any, ...] = (
    None, True, 0, -1, 7, 1.5, "", "x", "-5", "NaN", "Infinity", "1e400", "0.001", "2026-13-40T00:00:00Z",
    "\x00", "ü" * 500, [], {}, [None], [{}], {"amount": "NaN"}, 10**30,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from places(part, (*path, name))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def mutants(body: bytes, count: int, instead: Sequence[Any] = INSTEAD) -> Iterator[bytes]:
    dice = random.Random(7)
    whole = json.loads(body)
    paths = list(places(whole))
    for _ in range(count):
        yield json.dumps(replaced(whole, dice.choice(paths), dice.choice(instead))).encode()


def read_or_refused(read: Callable[[bytes], object], body: bytes) -> None:
    try:
        read(body)
    except (Unreadable, InvalidOrder, InvalidTags):
        return


@pytest.mark.parametrize("platform", POLLED)
def test_a_changed_order_is_read_or_refused(platform: str) -> None:
    of, adapter = recorded(platform), ADAPTERS[platform]
    pull = adapter.pull
    assert pull
    pages = [pull.parse_page(cursor, answer) for cursor, answer in of.pages]
    first = next(message for page in pages for message in page.messages)

    def read(body: bytes) -> None:
        parsed = adapter.parse(Message(topic=first.topic, body=body), of.facts)
        if isinstance(parsed, OrderStated):
            parse_order(parsed.order, now=NOW)

    for body in mutants(first.body, 600):
        read_or_refused(read, body)


@pytest.mark.parametrize("platform", POLLED)
def test_a_changed_page_is_read_or_refused(platform: str) -> None:
    of, pull = recorded(platform), ADAPTERS[platform].pull
    assert pull
    for cursor, answer in of.pages:
        read = partial(page_of, pull, cursor, answer)
        for body in mutants(answer.body, 150, INSTEAD[:-1]):
            read_or_refused(read, body)


def page_of(pull: Pull, cursor: Cursor, answer: HttpAnswer, body: bytes) -> Page:
    return pull.parse_page(cursor, replace(answer, body=body))


@pytest.mark.parametrize("platform", POLLED)
def test_a_number_beyond_64_bits_costs_no_order_of_the_page(platform: str) -> None:
    of, pull = recorded(platform), ADAPTERS[platform].pull
    assert pull
    pages = [(cursor, answer, pull.parse_page(cursor, answer).messages) for cursor, answer in of.pages]
    assert any(messages for _, _, messages in pages)
    for cursor, answer, before in pages:
        large = json.dumps(with_large_numbers(json.loads(answer.body))).encode()
        after = pull.parse_page(cursor, replace(answer, body=large)).messages
        assert [message.reference for message in after] == [message.reference for message in before]


def with_large_numbers(value: Any) -> Any:
    """The value with one number more in each of its objects, in a field that nobody reads."""
    if isinstance(value, dict):
        return {name: with_large_numbers(part) for name, part in value.items()} | {"new_counter": 10**30}
    return [with_large_numbers(part) for part in value] if isinstance(value, list) else value
