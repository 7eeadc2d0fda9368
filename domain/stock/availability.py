"""Availability: what a channel may sell."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from domain.channels.find import channel_by_code
from domain.shared.actor import Actor
from domain.shared.database import records, statement
from domain.shared.refusal import InvalidInput
from domain.stock.find import variant_ids

SELLABLE = statement(__file__, "sellable.sql")
SKUS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Units of one SKU, for one channel.

    `available` is free over the channel's warehouses after safety stock and what the rules keep for other channels;
    `sellable` is max(0, (available - unallocated_demand) x share - buffer), rounded down.
    """

    sku: str
    variant_id: UUID
    on_hand: int
    available: int
    unallocated_demand: int
    sellable: int


class TooManySkus(InvalidInput):
    """More SKUs than one question may name."""

    code = "TOO_MANY_SKUS"


async def availability(skus: Sequence[str], channel: str, *, by: Actor) -> list[Availability]:
    """What `channel` (its code) may sell of each of `skus`, in their order.

    Raises:
        UnknownChannel, UnknownSku, TooManySkus: the input is wrong.
    """
    if len(skus) > SKUS_MAX:
        raise TooManySkus(f"Ask for up to {SKUS_MAX} SKUs at a time.", field="skus")
    known = await channel_by_code(channel, by=by)
    variants = await variant_ids(skus, field="skus")
    rows = await records(SELLABLE, [known.id] * len(variants), list(variants.values()))
    found = {row["variant_id"]: row for row in rows}
    return [_of(sku, found[variants[sku]]) for sku in skus]


def _of(sku: str, row: Record) -> Availability:
    return Availability(sku=sku, **{name: row[name] for name in _COLUMNS})


_COLUMNS = ("variant_id", "on_hand", "available", "unallocated_demand", "sellable")
