"""What a file's orders need to exist: its channels and SKUs, gathered in one pass."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.replaying.format import decode, parse_object
from cli.replaying.reading import read_lines
from cli.replaying.shape import PlaceOrderInput
from domain.channels.order_file.fields import Row
from domain.channels.order_file.refusals import RefusalCode, RowRefusal, RowRefused

DEFAULT_WEIGHT_G: Final = 500  # of a SKU whose lines carry no weight_g
WEIGHT_MAX_G: Final = 10_000_000
_KIND_OF_TYPE: Final = {
    "webshop": "ONLINE_STORE",
    "online_store": "ONLINE_STORE",
    "pos": "POS",
    "shop": "POS",
    "marketplace": "MARKETPLACE",
    "social": "SOCIAL",
    "b2b": "B2B",
}


@dataclass(frozen=True, slots=True)
class FileChannel:
    """A channel as its first order shows it; an unknown or absent type is an ONLINE_STORE."""

    code: str
    kind: str
    currency: str


@dataclass(frozen=True, slots=True)
class FileVariant:
    """A SKU with the first name and weight that a taken order gives it."""

    sku: str
    name: str  # the SKU itself where no line names it
    weight_g: int
    weight_is_given: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    channels: tuple[FileChannel, ...]
    variants: tuple[FileVariant, ...]
    orders: int
    orders_repriced: int  # of them, those with a SKU at two prices, sent as one line of the higher
    refused: Mapping[RefusalCode, int]


def catalogue_of(path: Path) -> Catalogue:
    """The distinct channels and SKUs of the orders that would be taken, in order of appearance.

    Memory is bounded by the number of SKUs, not of rows.

    Raises:
        UnreadableFile: as `read_lines`.
    """
    gathering = _Gathering()
    for number, raw in read_lines(path):
        gathering.take(number, raw)
    return gathering.catalogue()


class _Gathering:
    def __init__(self) -> None:
        self.channels: dict[str, FileChannel] = {}
        self.names: dict[str, str] = {}
        self.weights: dict[str, int] = {}
        self.orders = 0
        self.orders_repriced = 0
        self.refused: Counter[RefusalCode] = Counter()

    def take(self, number: int, raw: bytes) -> None:
        try:
            row = decode(raw)
        except RowRefused as no:
            self.refused[no.code] += 1
            return
        order = parse_object(number, row)
        if isinstance(order, RowRefusal):
            self.refused[order.code] += 1
            return
        self.orders += 1
        self.orders_repriced += len(order["lines"]) < len(row["lines"])
        self._take_channel(order, row)
        self._take_lines(row)

    def _take_channel(self, order: PlaceOrderInput, row: Row) -> None:
        code = order["channel"]
        if code in self.channels:
            return
        channel = row["channel"]
        told = str(channel.get("type") or "").lower() if isinstance(channel, dict) else ""
        kind = _KIND_OF_TYPE.get(told, "ONLINE_STORE")
        self.channels[code] = FileChannel(code, kind, order["currencyCode"])

    def _take_lines(self, row: Row) -> None:
        for line in row["lines"]:
            sku = line["sku"].strip()
            name = line.get("name")
            if not self.names.get(sku):
                self.names[sku] = name.strip() if isinstance(name, str) else ""
            weight = line.get("weight_g")
            if sku not in self.weights and _is_weight(weight):
                self.weights[sku] = weight

    def catalogue(self) -> Catalogue:
        variants = tuple(
            FileVariant(sku, name or sku, self.weights.get(sku, DEFAULT_WEIGHT_G), sku in self.weights)
            for sku, name in self.names.items()
        )
        return Catalogue(
            tuple(self.channels.values()), variants, self.orders, self.orders_repriced, dict(self.refused)
        )


def _is_weight(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= WEIGHT_MAX_G
