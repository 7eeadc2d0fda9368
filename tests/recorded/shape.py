"""The shape of what is recorded of a platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.channels.adapters.contract import Adapter, Cursor, Delivery, Facts, HttpAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One platform's samples.

    `order_body(reference, minute)` is the body of a delivery that states a paid order of two lines with
    that reference, last changed `minute` minutes after 2026-11-20T08:00Z: the same for the same
    arguments. It names SKUs of `skus`. `cancel_body` is the same for a cancellation, None where the
    platform tells none. `sign(body, delivery_id)` is the delivery as the platform would make it, with
    `credentials`. `pages` are cursors with the answer each gets, where the platform is polled. How each
    platform takes stock is played in `tests/recorded/stock.py`.
    """

    adapter: Adapter
    facts: Facts
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    skus: tuple[str, ...] = ("MUG-1", "TEA-2")
    order_body: Callable[[str, int], bytes] | None = None
    cancel_body: Callable[[str, int], bytes] | None = None
    sign: Callable[[bytes, str], Delivery] | None = None
    pages: tuple[tuple[Cursor, HttpAnswer], ...] = ()
    unreadable: tuple[bytes, ...] = (b"", b"{", b"[]", b"\xff\xfe", b'{"id": {}}')
