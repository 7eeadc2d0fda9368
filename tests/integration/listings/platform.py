"""A shop of the generic platform that keeps what it is told about stock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from domain.channels.adapters.contract import HttpAnswer
from tests.partner import Answer, Partner, Received, json_answer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(slots=True)
class Shop:
    """What the shop has, by SKU; `before` may answer in its place. Without versions the last it is told is what it has."""

    partner: Partner
    stock: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    before: Callable[[Received], Answer | Awaitable[Answer] | None] = field(default=lambda _: None)
    knows_versions: bool = True

    def __post_init__(self) -> None:
        self.partner.answer = self.respond

    @property
    def pushes(self) -> list[Received]:
        return [each for each in self.partner.received if each.path == "/stock"]

    @property
    def told(self) -> list[str]:
        """The SKUs that were told, one entry each time."""
        return [listing["sku"] for push in self.pushes for listing in push.json["data"]["listings"]]

    def respond(self, request: Received) -> Answer | Awaitable[Answer]:
        told = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), tz=UTC)
        signed = Webhook(SECRET).sign(request.headers["webhook-id"], told, request.body.decode())
        assert request.headers["webhook-signature"] == signed
        if (otherwise := self.before(request)) is not None:
            return otherwise
        listings = request.json["data"]["listings"]
        if request.path == "/stock/query":
            return json_answer(
                {"listings": [{"id": x["id"], "quantity": self.stock[x["sku"]]} for x in listings]}
            )
        for listing in listings:
            if not self.knows_versions or listing["version"] > self.versions.get(listing["sku"], 0):
                self.stock[listing["sku"]] = listing["quantity"]
                self.versions[listing["sku"]] = listing["version"]
        return json_answer({"listings": [{"id": x["id"], "quantity": x["quantity"]} for x in listings]})


class Late:
    """Takes as long over the first request as the test wants, and refuses it as a whole."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    def once(self, _: Received) -> Awaitable[Answer] | None:
        if self.asked.is_set():
            return None
        self.asked.set()
        return self._refuse()

    async def _refuse(self) -> Answer:
        await self.go_on.wait()
        return HttpAnswer(status=422)
