"""One loader per relation: what many objects of a request ask for one by one is read by one query."""

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.catalog import reading as catalog
from domain.channels import reading as channels
from domain.channels.credentials import stored as credentials
from domain.fulfilment import reading as fulfilment
from domain.fulfilment.waves import reading as waves
from domain.intake import reading as intake
from domain.intake.polling import reading as polling
from domain.listings import reading as listings
from domain.orders import reading as orders
from domain.shared.reading import Row
from domain.sourcing import reading as sourcing
from domain.sourcing.reevaluating import reading as reevaluating
from domain.sourcing.rule_sets import reading as rule_sets
from domain.sourcing.simulating import reading as simulating
from domain.stock import reading as stock
from domain.warehouses import reading as warehouses
from domain.webhooks import reading as webhooks

Key = TypeVar("Key")
Found = TypeVar("Found")


def _loader(read: Callable[[list[Key]], Awaitable[list[Found]]]) -> Any:
    """A loader made when it is first used, since most requests use few."""
    return cached_property(lambda _: DataLoader[Key, Found](load_fn=read))


class Loaders:
    """The loaders of one operation; they remember what they read until `forget`."""

    channel: DataLoader[UUID, Row | None] = _loader(channels.channels)
    channel_warehouses: DataLoader[UUID, list[Row]] = _loader(channels.served_warehouses)
    channel_credentials: DataLoader[UUID, list[Row]] = _loader(credentials.what_is_set)
    channel_poll: DataLoader[UUID, Row | None] = _loader(polling.polls)
    channel_days: DataLoader[UUID, list[Row]] = _loader(polling.days_of)
    channel_link: DataLoader[UUID, Row | None] = _loader(listings.links)
    listing: DataLoader[UUID, Row | None] = _loader(listings.listings)
    variant_listings: DataLoader[UUID, list[Row]] = _loader(listings.listings_of)
    warehouse: DataLoader[UUID, Row | None] = _loader(warehouses.warehouses)
    variant: DataLoader[UUID, Row | None] = _loader(catalog.variants)
    product: DataLoader[UUID, Row | None] = _loader(catalog.products)

    level: DataLoader[stock.LevelId, Row | None] = _loader(stock.levels)
    levels_of_variant: DataLoader[UUID, list[Row]] = _loader(stock.levels_of)
    stock_entry: DataLoader[int, Row | None] = _loader(stock.entries)
    stock_hold: DataLoader[UUID, Row | None] = _loader(stock.holds)
    transfer: DataLoader[UUID, Row | None] = _loader(stock.transfers)

    order: DataLoader[UUID, Row | None] = _loader(orders.orders)
    order_line: DataLoader[UUID, Row | None] = _loader(orders.lines)
    order_lines: DataLoader[UUID, list[Row]] = _loader(orders.lines_of)
    order_holds: DataLoader[UUID, list[Row]] = _loader(orders.holds_of)
    order_events: DataLoader[UUID, list[Row]] = _loader(orders.timelines_of)
    order_decisions: DataLoader[UUID, list[Row]] = _loader(sourcing.decisions_of)
    order_fulfilments: DataLoader[UUID, list[Row]] = _loader(fulfilment.fulfilment_orders_of)

    rule_set: DataLoader[UUID, Row | None] = _loader(rule_sets.rule_sets)
    reevaluation: DataLoader[UUID, Row | None] = _loader(reevaluating.reevaluations)
    simulation: DataLoader[UUID, Row | None] = _loader(simulating.simulations)
    decision: DataLoader[UUID, Row | None] = _loader(sourcing.decisions)
    fulfilment_order: DataLoader[UUID, Row | None] = _loader(fulfilment.fulfilment_orders)
    fulfilment_lines: DataLoader[UUID, list[Row]] = _loader(fulfilment.lines_of)

    wave: DataLoader[UUID, Row | None] = _loader(waves.waves)
    wave_of: DataLoader[UUID, Row | None] = _loader(waves.waves_of)
    wave_progress: DataLoader[UUID, Row] = _loader(waves.progress_of)
    wave_pick_rows: DataLoader[UUID, list[Row]] = _loader(waves.pick_rows_of)
    wave_parcels: DataLoader[UUID, list[Row]] = _loader(waves.parcels_of)

    webhook_endpoint: DataLoader[UUID, Row | None] = _loader(webhooks.endpoints)
    webhook_delivery: DataLoader[UUID, Row | None] = _loader(webhooks.deliveries)
    webhook_attempts: DataLoader[UUID, list[Row]] = _loader(webhooks.attempts_of)
    message: DataLoader[UUID, Row | None] = _loader(intake.messages)
    message_payload: DataLoader[UUID, Row | None] = _loader(intake.payloads)
    order_change: DataLoader[UUID, Row | None] = _loader(intake.changes)

    def forget(self) -> None:
        """Read anew from here on: after a write, and for each event of a subscription."""
        self.__dict__.clear()
