"""Send batches of a file's orders through `placeOrders`, and sort what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cli.client import AskedWrongly, Client, KeyRefused, require_done
from cli.replaying.batching import Batch
from cli.replaying.catalogue import Catalogue
from cli.replaying.shape import PlaceOrderInput

ORDERS_MAX: Final = 500  # the API's bound for one request
VARIANTS_MAX: Final = 500

PLACE: Final = """
mutation Place($orders: [PlaceOrderInput!]!) {
  placeOrders(input: {orders: $orders}) {
    results { index replayed order { id } userErrors { code field message } }
    userErrors { code field message }
  }
}
"""
_SAVE_CHANNEL: Final = """
mutation SaveChannel($input: SaveChannelInput!) {
  saveChannel(input: $input) { userErrors { code field message } }
}
"""
_SAVE_VARIANTS: Final = """
mutation SaveVariants($input: SaveVariantsInput!) {
  saveVariants(input: $input) { userErrors { code field message } }
}
"""
_KNOWN: Final = """
query Known($channel: String!, $reference: String!) {
  order(channel: $channel, externalReference: $reference) { id }
}
"""
_CHANNELS: Final = "query Channels($codes: [String!]!) { channels(first: 100, where: {code: {in: $codes}}) { nodes { code } } }"

Row = tuple[int, PlaceOrderInput]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row that is not in the pool, and why; FAULT: the API failed on it, so it is lost until repaired."""

    line: int
    code: str
    field: str | None
    message: str
    reference: str | None = None
    lost: bool = False


@dataclass(slots=True)
class Sent:
    """What became of a batch's rows."""

    accepted: int = 0
    replayed: int = 0
    report: list[ReportLine] = field(default_factory=list)
    last_order: tuple[str, str] | None = None

    def add(self, other: "Sent") -> None:
        self.accepted += other.accepted
        self.replayed += other.replayed
        self.report += other.report
        self.last_order = other.last_order or self.last_order


async def send(client: Client, batch: Batch) -> Sent:
    """Every row of the batch is accounted for: accepted, replayed, or in the report by line number.

    Raises:
        ApiAway, KeyRefused: the API can't be asked.
    """
    sent = Sent(report=[ReportLine(no.line_number, no.code, no.field, no.message) for no in batch.refused])
    if batch.orders:
        sent.add(await _placed(client, batch.orders))
    sent.report.sort(key=lambda line: line.line)
    return sent


async def _placed(client: Client, rows: Sequence[Row]) -> Sent:
    try:
        answer = await client.ask(PLACE, orders=[order for _, order in rows])
    except AskedWrongly as fault:
        return await _one_by_one(client, rows, fault)
    payload = answer["placeOrders"]
    if any(error["code"] == "NOT_ALLOWED" for error in payload["userErrors"]):
        raise KeyRefused(client.url)
    require_done(payload, "placeOrders")
    return sorted_out(rows, payload["results"])


async def _one_by_one(client: Client, rows: Sequence[Row], fault: AskedWrongly) -> Sent:
    """Halve until the row that the API fails on is alone, so that its neighbours get in."""
    if len(rows) == 1:
        number, order = rows[0]
        return Sent(
            report=[ReportLine(number, "FAULT", None, str(fault), order["externalReference"], lost=True)]
        )
    middle = len(rows) // 2
    sent = await _placed(client, rows[:middle])
    sent.add(await _placed(client, rows[middle:]))
    return sent


def sorted_out(rows: Sequence[Row], results: Sequence[dict[str, Any]]) -> Sent:
    """What the API's results say about these rows; a row without an answer is lost."""
    answers = {result["index"]: result for result in results}
    sent = Sent()
    for index, (number, order) in enumerate(rows):
        answer = answers.get(index, {})
        errors = answer.get("userErrors") or []
        if answer.get("order"):
            sent.replayed += answer["replayed"]
            sent.accepted += not answer["replayed"]
            sent.last_order = order["channel"], order["externalReference"]
            continue
        reference = order["externalReference"]
        if errors:
            code, about, message = (errors[0][key] for key in ("code", "field", "message"))
            sent.report.append(ReportLine(number, code, about, message, reference))
        else:
            sent.report.append(
                ReportLine(
                    number, "NO_ANSWER", None, "the API did not say what became of it", reference, True
                )
            )
    return sent


async def create_missing(client: Client, catalogue: Catalogue) -> tuple[int, int]:
    """Make the channels that the API doesn't have, and all SKUs; how many of each were sent.

    A channel that exists stays as it is. A SKU gets the name and weight that the file tells.
    """
    missing = 0
    for channel in catalogue.channels:
        if (await client.ask(_CHANNELS, codes=[channel.code]))["channels"]["nodes"]:
            continue
        form = {"code": channel.code, "name": channel.code, "kind": channel.kind, "timezone": "UTC"}
        answer = await client.ask(_SAVE_CHANNEL, input={**form, "currencyCode": channel.currency})
        require_done(answer["saveChannel"], f"channel {channel.code}")
        missing += 1
    variants = [{"sku": v.sku, "name": v.name, "weightG": v.weight_g} for v in catalogue.variants]
    for start in range(0, len(variants), VARIANTS_MAX):
        part = variants[start : start + VARIANTS_MAX]
        answer = await client.ask(_SAVE_VARIANTS, input={"variants": part})
        require_done(answer["saveVariants"], "variants")
    return missing, len(variants)


async def knows(client: Client, channel: str, reference: str) -> bool:
    """Whether the API has this order; false also where it doesn't know the channel."""
    try:
        answer = await client.ask(_KNOWN, channel=channel, reference=reference)
    except AskedWrongly:
        return False
    return answer["order"] is not None
