"""The client against real sockets that hang, break off, redirect, and answer too much."""

import logging
import time
import traceback
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from api.logging import configure_logging
from domain.channels.adapters.contract import HttpAnswer
from domain.shared.settings import Settings
from tests.partner import Misbehaviour, Partner
from workers.outside.client import NoAnswer, NotReachable, Outside


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with Partner() as running:
        yield running


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with Outside(Settings(outside_networks="127.0.0.0/8")) as client:
        yield client


async def test_what_is_asked_arrives_and_what_is_answered_comes_back(
    partner: Partner, outside: Outside
) -> None:
    partner.answer = lambda _: HttpAnswer(status=201, headers={"X-Left": "3"}, body=b"made")
    answer = await outside.send(
        "PUT", f"{partner.url}/a/b?c=d", headers={"x-key": "k"}, body=b"body", timeout_s=5
    )
    assert (answer.status, answer.headers["x-left"], answer.body) == (201, "3", b"made")
    [asked] = partner.received
    assert (asked.method, asked.path, asked.query, asked.body) == ("PUT", "/a/b", {"c": "d"}, b"body")
    assert asked.headers["x-key"] == "k"


@pytest.mark.parametrize("how", Misbehaviour)
async def test_no_whole_answer_is_a_fault_within_the_time(
    partner: Partner, outside: Outside, how: Misbehaviour
) -> None:
    partner.answer = lambda _: how
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        await outside.send("GET", partner.url, timeout_s=0.5)
    assert time.monotonic() - began < 5


async def test_a_redirect_is_an_answer_and_not_followed(partner: Partner, outside: Outside) -> None:
    partner.answer = lambda _: HttpAnswer(status=302, headers={"location": f"{partner.url}/elsewhere"})
    assert (await outside.send("GET", partner.url, timeout_s=5)).status == 302
    assert len(partner.received) == 1


async def test_an_answer_without_end_is_cut_off(partner: Partner, outside: Outside) -> None:
    partner.answer = lambda _: HttpAnswer(status=200, body=bytes(100_000))
    with pytest.raises(NoAnswer, match="larger"):
        await outside.send("GET", partner.url, timeout_s=5, answer_bytes_max=50_000)


async def test_an_address_that_is_not_public_is_never_connected_to(partner: Partner) -> None:
    async with Outside(Settings()) as guarded:
        for host in ("127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"):
            port = partner.url.rpartition(":")[2]
            with pytest.raises(NoAnswer):
                await guarded.send("GET", f"http://{host}:{port}/", timeout_s=5)
    assert partner.received == []


@pytest.mark.parametrize("url", ["", "no-url", "ftp://example.org/", "http://", "file:///etc/hostname"])
async def test_what_is_no_url_is_not_reachable(outside: Outside, url: str) -> None:
    with pytest.raises(NotReachable):
        await outside.send("GET", url, timeout_s=5)


async def test_nobody_there_is_no_answer(outside: Outside) -> None:
    async with Partner() as gone:
        url = gone.url
    with pytest.raises(NoAnswer):
        await outside.send("GET", url, timeout_s=5)


@pytest.mark.parametrize("headers", [{"x-key": "se\ncret"}, {"x-key": "secret é"}])
async def test_what_http_cannot_carry_is_told_without_it(
    partner: Partner, outside: Outside, headers: dict[str, str]
) -> None:
    with pytest.raises(NotReachable) as told:
        await outside.send("GET", partner.url, headers=headers, timeout_s=5)
    assert "cret" not in "".join(traceback.format_exception(told.value))
    assert partner.received == []


@pytest.fixture
def logged(level: int, capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What a process that is configured like ours writes."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging(level=level)
    yield capfd
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
async def test_what_is_logged_of_a_request_has_no_secret_of_it(
    partner: Partner, outside: Outside, logged: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("forebay.test").info("it is configured")
    url = f"{partner.url}/refresh?app_secret=whisper-1"
    await outside.send("POST", url, headers={"x-key": "whisper-2"}, body=b"whisper-3", timeout_s=5)
    said = logged.readouterr().err
    assert "it is configured" in said
    assert "whisper" not in said
    assert len(partner.received) == 1
