"""A WooCommerce shop on a real socket: its orders in pages, as its REST API lists them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from domain.channels.adapters.contract import HttpAnswer
from tests.factories import NOW
from tests.partner import Answer, Partner, Received
from tests.recorded.woocommerce import order

PAGE = 3


def _gmt(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(timespec="seconds")


@dataclass(slots=True)
class WooShop:
    """Orders by number; `before` may answer in the shop's place, `wait_s` is how long it asks to be left alone after a page."""

    partner: Partner
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    before: Callable[[Received], Answer | None] = field(default=lambda _: None)
    page_max: int = PAGE
    wait_s: int | None = None

    def __post_init__(self) -> None:
        self.partner.answer = self.respond

    def sell(self, number: int, at: datetime = NOW, **more: Any) -> None:
        stamp = {"date_created_gmt": _gmt(at), "date_modified_gmt": _gmt(at)}
        self.orders[number] = order(id=number, **(stamp | more))

    def change(self, number: int, at: datetime, **more: Any) -> None:
        self.orders[number] |= {"date_modified_gmt": _gmt(at), **more}

    def respond(self, request: Received) -> Answer:
        otherwise = self.before(request)
        if otherwise is not None:
            return otherwise
        column = "date_modified_gmt" if "modified_after" in request.query else "date_created_gmt"
        since = request.query.get("modified_after") or request.query["after"]
        until = request.query.get("modified_before") or request.query["before"]
        found = [o for _, o in sorted(self.orders.items()) if since < o[column] < until]
        pages = [found[at : at + self.page_max] for at in range(0, len(found), self.page_max)] or [[]]
        page = int(request.query["page"])
        return HttpAnswer(
            status=200,
            headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(len(pages)), **self._patience()},
            body=orjson.dumps(pages[page - 1] if page <= len(pages) else []),
        )

    def _patience(self) -> dict[str, str]:
        return {} if self.wait_s is None else {"Retry-After": str(self.wait_s)}


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
