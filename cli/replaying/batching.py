"""A file's rows in batches: orders to send, and rows that are refused before anybody is asked. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cli.replaying.format import parse_row
from cli.replaying.shape import PlaceOrderInput
from domain.channels.order_file.refusals import RowRefusal

BATCH_MAX_BYTES: Final = 6 * 1024 * 1024  # of the file's rows; the API takes 16 MiB a request


@dataclass(slots=True)
class Batch:
    """Consecutive rows; `last_line` is the file's line number of the last of them."""

    orders: list[tuple[int, PlaceOrderInput]] = field(default_factory=list)
    refused: list[RowRefusal] = field(default_factory=list)
    last_line: int = 0
    bytes: int = 0

    @property
    def rows(self) -> int:
        return len(self.orders) + len(self.refused)


def batches(lines: Iterable[tuple[int, bytes]], *, orders_max: int) -> Iterator[Batch]:
    """The rows in batches of at most `orders_max` orders, each as soon as it is full."""
    batch = Batch()
    for number, raw in lines:
        if batch.rows and batch.bytes + len(raw) > BATCH_MAX_BYTES:
            yield batch
            batch = Batch()
        order = parse_row(number, raw)
        if isinstance(order, RowRefusal):
            batch.refused.append(order)
        else:
            batch.orders.append((number, order))
            batch.bytes += len(raw)
        batch.last_line = number
        # refused rows end a batch as well: ten thousand of them in a row must not look like a standstill
        if len(batch.orders) >= orders_max or len(batch.refused) >= orders_max:
            yield batch
            batch = Batch()
    if batch.rows:
        yield batch
