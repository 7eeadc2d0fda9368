"""The client tells what passes from what doesn't; the stream survives being cut anywhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from cli.client import AskedWrongly, KeyRefused, _Passing, data_of, require_done
from cli.event_stream import blocks

URL = "http://127.0.0.1:8080"


def error(message: str = "no", **extensions: Any) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": extensions}]}


def test_data_is_handed_on() -> None:
    assert data_of({"data": {"viewer": None}}, URL) == {"viewer": None}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(code="UNAVAILABLE", retryable=True), _Passing),
        (error(code="NOT_ALLOWED"), KeyRefused),
        (error(code="BAD_REQUEST"), AskedWrongly),
        ({"data": None}, AskedWrongly),
        ({}, AskedWrongly),
    ],
)
def test_each_answer_has_its_own_failure(answer: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        data_of(answer, URL)


def test_an_incident_is_named() -> None:
    with pytest.raises(AskedWrongly, match="incident c0ffee"):
        data_of(error("internal error", code="INTERNAL", incidentId="c0ffee"), URL)


def test_a_refused_mutation_says_what_and_why() -> None:
    require_done({"userErrors": []}, "channel web")
    refused = {"code": "INVALID_CHANNEL", "field": "timezone", "message": "Must be a timezone."}
    with pytest.raises(AskedWrongly, match="channel web: INVALID_CHANNEL"):
        require_done({"userErrors": [refused]}, "channel web")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_events_are_whole_however_the_network_cuts_them(size: int) -> None:
    sent = b":\n\nevent: next\nid: a\ndata: 1\n\nevent: complete\ndata:\n\nunfinished"

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(sent), size):
            yield sent[start : start + size]

    assert [block async for block in blocks(chunks())] == [
        b":", b"event: next\nid: a\ndata: 1", b"event: complete\ndata:",
    ]  # fmt: skip
