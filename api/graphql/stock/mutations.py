"""Changing stock: receive, adjust, set, transfer, hold."""

from typing import Any
from uuid import UUID

import strawberry

from api.graphql.info import Info
from api.graphql.payloads import Payload, keeper, once_for, refusable
from api.graphql.relay import uuid_of
from api.graphql.resolvers import mutation
from api.graphql.stock.inputs import (
    AdjustStockInput,
    HoldStockInput,
    ReceiveStockInput,
    ReceiveTransferInput,
    ReleaseHoldInput,
    SetStockInput,
    TransferStockInput,
)
from api.graphql.stock.types import StockHold, StockLevel, StockTransfer
from domain.shared.actor import Scope
from domain.stock.adjust_stock import adjust_stock
from domain.stock.hold_stock import hold_stock
from domain.stock.move import LevelKey
from domain.stock.receive_stock import receive_stock
from domain.stock.receive_transfer import receive_transfer
from domain.stock.release_hold import release_hold
from domain.stock.set_stock import set_stock
from domain.stock.transfer_stock import transfer_stock


@strawberry.type(description="The levels as they are now, or why none was changed.")
class ReceiveStockPayload(Payload):
    """The levels as they are now."""

    stock_levels: list[StockLevel] = strawberry.field(
        default_factory=list, description="One for each line, as it is now."
    )


@strawberry.type(description="The level as it is now, or why it was not changed.")
class StockLevelPayload(Payload):
    """The level as it is now."""

    stock_level: StockLevel | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type(description="The transfer as it is now, or why it was refused.")
class StockTransferPayload(Payload):
    """The transfer as it is now."""

    stock_transfer: StockTransfer | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type(description="The hold as it is now, or why it was refused.")
class StockHoldPayload(Payload):
    """The hold as it is now."""

    stock_hold: StockHold | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type
class StockMutations:
    """Changing stock."""

    @mutation(
        description="Units arrive at a warehouse and can be sold at once. For keys that see every channel."
    )
    @refusable(ReceiveStockPayload)
    async def receive_stock(self, info: Info, input: ReceiveStockInput) -> ReceiveStockPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.STOCK_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"levels": [_words(level) for level in await receive_stock(ask, by=by, now=now)]}

        done = await once_for(info, "receiveStock", input, run)
        return ReceiveStockPayload(stock_levels=await _levels(info, done["levels"]))

    @mutation(description="Correct a level by so many units, and say why. For keys that see every channel.")
    @refusable(StockLevelPayload)
    async def adjust_stock(self, info: Info, input: AdjustStockInput) -> StockLevelPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.STOCK_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"levels": [_words(await adjust_stock(ask, by=by, now=now))]}

        done = await once_for(info, "adjustStock", input, run)
        return StockLevelPayload(stock_level=(await _levels(info, done["levels"]))[0])

    @mutation(
        description="Set what is on hand to what a count found; the difference goes to the ledger. For keys that see every channel."
    )
    @refusable(StockLevelPayload)
    async def set_stock(self, info: Info, input: SetStockInput) -> StockLevelPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.STOCK_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"levels": [_words(await set_stock(ask, by=by, now=now))]}

        done = await once_for(info, "setStock", input, run)
        return StockLevelPayload(stock_level=(await _levels(info, done["levels"]))[0])

    @mutation(
        description="Send units to another warehouse, where they are incoming until received. For keys that see every channel."
    )
    @refusable(StockTransferPayload)
    async def transfer_stock(self, info: Info, input: TransferStockInput) -> StockTransferPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.STOCK_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"id": str((await transfer_stock(ask, by=by, now=now)).id)}

        done = await once_for(info, "transferStock", input, run)
        return await _transfer(info, done["id"])

    @mutation(
        description="A transfer arrived: its units can be sold. Receiving it twice receives it once. For keys that see every channel."
    )
    @refusable(StockTransferPayload)
    async def receive_transfer(self, info: Info, input: ReceiveTransferInput) -> StockTransferPayload:  # noqa: A002
        by, now = keeper(info, Scope.STOCK_WRITE), info.context.now()
        key = uuid_of(input.id, "StockTransfer")

        async def run() -> dict[str, Any]:
            return {"id": str((await receive_transfer(key, by=by, now=now)).id)}

        done = await once_for(info, "receiveTransfer", input, run)
        return await _transfer(info, done["id"])

    @mutation(
        description="Set units aside for a while; nobody can sell them until the hold ends. For keys that see every channel."
    )
    @refusable(StockHoldPayload)
    async def hold_stock(self, info: Info, input: HoldStockInput) -> StockHoldPayload:  # noqa: A002
        by, now, ask = keeper(info, Scope.STOCK_WRITE), info.context.now(), input.ask()

        async def run() -> dict[str, Any]:
            return {"id": str((await hold_stock(ask, by=by, now=now)).id)}

        done = await once_for(info, "holdStock", input, run)
        return await _hold(info, done["id"])

    @mutation(
        description="End a hold before its time. One that has ended is returned as it is. For keys that see every channel."
    )
    @refusable(StockHoldPayload)
    async def release_hold(self, info: Info, input: ReleaseHoldInput) -> StockHoldPayload:  # noqa: A002
        by, now = keeper(info, Scope.STOCK_WRITE), info.context.now()
        key = uuid_of(input.id, "StockHold")

        async def run() -> dict[str, Any]:
            return {"id": str((await release_hold(key, by=by, now=now)).id)}

        done = await once_for(info, "releaseHold", input, run)
        return await _hold(info, done["id"])


def _words(level: LevelKey) -> list[str]:
    """A level's key as the memory of idempotent requests keeps it."""
    return [str(level.variant_id), str(level.warehouse_id)]


async def _levels(info: Info, keys: list[list[str]]) -> list[StockLevel]:
    rows = await info.context.loaders.level.load_many(
        (UUID(variant), UUID(warehouse)) for variant, warehouse in keys
    )
    return [StockLevel.of(row) for row in rows if row is not None]


async def _transfer(info: Info, key: str) -> StockTransferPayload:
    row = await info.context.loaders.transfer.load(UUID(key))
    return StockTransferPayload(stock_transfer=None if row is None else StockTransfer.of(row))


async def _hold(info: Info, key: str) -> StockHoldPayload:
    row = await info.context.loaders.stock_hold.load(UUID(key))
    return StockHoldPayload(stock_hold=None if row is None else StockHold.of(row))
