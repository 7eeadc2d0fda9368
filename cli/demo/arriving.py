"""What became of orders that were delivered to a webhook: nothing answers for them, so it is heard and looked up."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cli.client import Client
from cli.demo.sending import Key, Outbox
from domain.channels.adapters.parts import parts

TOGETHER_MAX: Final = 50

_MESSAGES: Final = """
query Messages($channel: String!, $references: [String!]!, $after: String) {
  inboundMessages(
    first: 100, after: $after, where: {channel: {eq: $channel}, reference: {in: $references}}
  ) {
    nodes { reference outcome code detail order { id } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_UNSETTLED: Final = """
query Unsettled { inboundMessageCount(where: {outcome: {in: [RECEIVED, FETCHING]}}) { count } }
"""


async def messages_waiting(client: Client) -> int:
    """How many messages of platforms are yet to be worked off."""
    count: int = (await client.ask(_UNSETTLED))["inboundMessageCount"]["count"]
    return count


async def look_up(client: Client, outbox: Outbox) -> None:
    """Settle what is under way, though the feed said nothing of it: refused, or there from an earlier run."""
    by_channel: dict[str, list[str]] = {}
    for channel, reference in outbox.underway:
        by_channel.setdefault(channel, []).append(reference)
    for channel, references in by_channel.items():
        for part in parts(references, TOGETHER_MAX):
            said: dict[str, list[dict[str, Any]]] = {}
            for message in await _messages(client, channel, part):
                said.setdefault(message["reference"], []).append(message)
            for reference, messages in said.items():
                settle(outbox, (channel, reference), messages)


async def _messages(client: Client, channel: str, references: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        asked = {"channel": channel, "references": references, "after": after}
        page = (await client.ask(_MESSAGES, **asked))["inboundMessages"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def settle(outbox: Outbox, key: Key, messages: Sequence[Mapping[str, Any]]) -> None:
    """Note what became of an order by all that was said of it; nothing, while some of it waits."""
    if key not in outbox.underway:
        return
    orders = [message["order"]["id"] for message in messages if message["order"]]
    if orders:
        outbox.arrive(key, orders[0], replayed=True)
    elif all(message["outcome"] == "FAILED" for message in messages):
        outbox.refuse(key, messages[0]["code"] or "FAILED", messages[0]["detail"] or "")
