"""A cursor is opaque, and only ours are taken."""

import pytest

from api.live.cursor import InvalidCursor, cursor_of, position_of


@pytest.mark.parametrize("position", [0, 1, 10**17])
def test_there_and_back(position: int) -> None:
    assert position_of(cursor_of(position)) == position


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "7",
        "ZmVlZDox\n",
        "ZmVlZDotMQ==",
        "ZmVlZDowMQ==",
        "ZmVlZDo=",
        "b3JkZXI6MQ==",
        "ü",
        "ZmVlZDox=",
        "A" * 9_999,
    ],
)
def test_others_are_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        position_of(cursor)
