"""What trainees find besides the demo's orders: something that went wrong, to be put right."""

from datetime import UTC, datetime
from typing import Final

import httpx2

from cli.demo.company import MARKETPLACE
from cli.demo.journey import Journey
from cli.demo.platforms.registry import PLATFORMS
from cli.demo.platforms.shape import Telling
from cli.errors import CommandError

_REFERENCE: Final = "PRACTICE-1"
_THEIR_SKU: Final = (
    "PRACTICE-SKU"  # no variant is called so: the channel's map of SKUs has to say which it is
)


async def leave_a_mistake(url: str, journey: Journey) -> None:
    """Have the marketplace send an order of a SKU that nobody knows, which then waits for a person.

    Raises:
        CommandError: the delivery was not taken.
    """
    now = datetime.now(UTC)
    order = journey.orders[0].copy()
    line = order["lines"][0].copy()
    line["sku"] = _THEIR_SKU
    order["channel"], order["externalReference"], order["lines"] = MARKETPLACE, _REFERENCE, [line]
    address = f"{url}/channels/{MARKETPLACE}/webhook"
    post = PLATFORMS["generic"].write(Telling.PLACED, [order], now, address)
    async with httpx2.AsyncClient() as client:
        answer = await client.post(address, content=post.body, headers=dict(post.headers))
    if answer.status_code != 200:
        raise CommandError(f"The practice order was answered {answer.status_code}.")
