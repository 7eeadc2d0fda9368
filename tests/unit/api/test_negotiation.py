"""Which media type goes out."""

import pytest

from api.graphql.negotiation import JSON, RESPONSE, accepts, is_json, media_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, RESPONSE),
        ("", RESPONSE),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", RESPONSE),
        (f"{JSON};q=0.5, {RESPONSE};q=0.9", RESPONSE),
        (f"{JSON}, {RESPONSE};q=0.9", JSON),
        (f"text/html, {JSON};q=0", None),
        ("text/html", None),
        (f"{JSON};q=nonsense", None),
        (f"{JSON}; charset=latin-1", None),
        ("text/html, */*;q=0.1", JSON),
    ],
)
def test_media_type(accept: str | None, expected: str | None) -> None:
    assert media_type(accept) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; Charset=UTF-8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; charset=utf-16", False),
        ("text/plain", False),
        (None, False),
    ],
)
def test_is_json(content_type: str | None, expected: bool) -> None:  # noqa: FBT001
    assert is_json(content_type) is expected


def test_accepts() -> None:
    assert accepts("text/event-stream", "text/event-stream")
    assert accepts(None, "text/event-stream")
    assert accepts("text/*;q=0.2", "text/event-stream")
    assert not accepts("application/json", "text/event-stream")
