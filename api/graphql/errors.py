"""User errors: each refusal that a caller can act on is one GraphQL type.

A refusal that says no more than its message, code and field needs one entry in `_PLAIN`; one that
carries what a client needs has its type below and an entry in `_TELLING`. A guard test fails on a
refusal that is in neither.
"""

from collections.abc import Callable
from typing import Any, cast

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.relay import InvalidId
from api.graphql.scalars import WholeNumber
from api.live.cursor import CursorExpired, InvalidCursor
from domain.access.keys import UnknownKey
from domain.access.once import IdempotencyKeyReused
from domain.catalog.save_variants import InvalidVariant
from domain.channels.credentials.set_credentials import InvalidCredentials
from domain.channels.find import UnknownChannel
from domain.channels.save_channel import CurrencyInUse, InvalidChannel
from domain.exports.refusals import (
    ExportEnded,
    InvalidExport,
    InvalidLink,
    LinkExpired,
    TooManyExports,
    UnknownExport,
)
from domain.fulfilment import step
from domain.fulfilment.cancel_order import AlreadyShipped
from domain.fulfilment.cancel_units import UnitsUnderWay
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.missing import InvalidShortPick
from domain.fulfilment.step import UnknownFulfilmentOrder
from domain.fulfilment.waves import refusals as waves
from domain.fulfilment.waves.models import WaveState
from domain.fulfilment.waves.refusals import InvalidWave, NothingDue, NothingToPick, UnknownWave
from domain.imports.refusals import (
    InvalidImport,
    UnknownImport,
    UploadTooLarge,
    WrongImportState,
    WrongOffset,
)
from domain.intake.refusals import (
    ChangeDecided,
    MessageNotUsable,
    NotReplayable,
    UnknownInboundMessage,
    UnknownOrderChange,
)
from domain.jobs.dead import UnknownDeadJob
from domain.listings.save_listings import InvalidListing
from domain.listings.tell_again import UnknownListing
from domain.orders.incoming import InvalidOrder
from domain.orders.refusals import (
    ChannelInactive,
    CurrencyMismatch,
    OrderClosed,
    ReferenceReused,
    TooHeavy,
    UnknownOrder,
)
from domain.reporting.asking import InvalidReport
from domain.reporting.registry import UnknownReport
from domain.shared import refusal
from domain.shared.tags import InvalidTags
from domain.shared.text import InvalidText
from domain.sourcing.rule_sets.refusals import InvalidRuleSet, RuleSetNotDraft, UnknownRuleSet
from domain.sourcing.shadowing.shadow_between import InvalidDays
from domain.sourcing.simulating.simulate_sourcing import InvalidSpan
from domain.stock import move as stock
from domain.stock import set_stock
from domain.stock.availability import TooManySkus
from domain.stock.find import UnknownSku, UnknownWarehouse
from domain.stock.hold_stock import InvalidExpiry
from domain.stock.quantity import InvalidQuantity
from domain.stock.receive_stock import InvalidReceipt
from domain.stock.receive_transfer import UnknownTransfer
from domain.stock.release_hold import UnknownHold
from domain.stock.transfer_stock import SameWarehouse
from domain.training.reset_company import NotTraining
from domain.views.saved_views import UnknownView
from domain.warehouses.save_warehouse import InvalidWarehouse
from domain.warehouses.set_shipping_zones import InvalidShippingZones
from domain.webhooks.refusals import InvalidWebhookEndpoint, UnknownWebhookDelivery, UnknownWebhookEndpoint


@strawberry.interface(
    description="Why nothing was done, in a way the caller can act on. Whatever is refused has changed nothing."
)
class UserError:
    """Why nothing was done."""

    message: str = strawberry.field(description="A sentence for people.")
    code: str = strawberry.field(description="For programs; stable, in capitals.")
    field: str | None = strawberry.field(
        description="The path below `input` to what it is about, as in `lines[2].quantity`."
    )


@strawberry.type(description="The units that were asked for and what there was to give.")
class Shortfall:
    """The units that were asked for and what there was to give."""

    sku: str = strawberry.field(description="Of which SKU.")
    warehouse: str | None = strawberry.field(
        description="The warehouse's code; null: wherever the channel sells from."
    )
    requested: WholeNumber = strawberry.field(description="Units asked for.")
    available: WholeNumber = strawberry.field(description="Units that were free.")


@strawberry.type(description="There are fewer free units than asked for.")
class InsufficientStock(UserError):
    """There are fewer free units than asked for."""

    shortfalls: list[Shortfall] = strawberry.field(description="Each SKU that lacks units.")


@strawberry.type(description="It moved on since the version you had seen: read it again.")
class VersionConflict(UserError):
    """It moved on since the version the caller had seen."""

    expected: WholeNumber = strawberry.field(description="The version you named.")
    actual: WholeNumber = strawberry.field(description="The version it is at.")


@strawberry.type(description="The level is no longer what you believed: count again.")
class StockChanged(UserError):
    """The level is no longer what the caller believed."""

    expected: WholeNumber = strawberry.field(description="The units you believed to be on hand.")
    actual: WholeNumber = strawberry.field(description="The units that are on hand.")


@strawberry.type(description="It is not in a state from which this step can be taken.")
class WrongState(UserError):
    """It is not in a state from which this step can be taken."""

    state: FulfilmentState = strawberry.field(description="The state it is in.")
    allowed: list[FulfilmentState] = strawberry.field(description="The states this step can be taken from.")


@strawberry.type(description="The wave is not in a state in which this can be done.")
class WrongWaveState(UserError):
    """The wave is not in a state in which this can be done."""

    state: WaveState = strawberry.field(description="The state it is in.")
    allowed: list[WaveState] = strawberry.field(description="The states in which this can be done.")


def _wrong_wave_state(no: waves.WrongWaveState) -> UserError:
    return WrongWaveState(
        message=no.message, code=no.code, field=no.field, state=WaveState(no.state), allowed=list(no.allowed)
    )


def _wrong_state(no: step.WrongState) -> UserError:
    return WrongState(
        message=no.message,
        code=no.code,
        field=no.field,
        state=FulfilmentState(no.state),
        allowed=[FulfilmentState(state) for state in no.allowed],
    )


def _insufficient(no: stock.InsufficientStock) -> UserError:
    shortfalls = [
        Shortfall(
            sku=short.sku,
            warehouse=short.warehouse,
            requested=WholeNumber(short.requested),
            available=WholeNumber(short.available),
        )
        for short in no.shortfalls
    ]
    return InsufficientStock(message=no.message, code=no.code, field=no.field, shortfalls=shortfalls)


def _differs(
    kind: type[VersionConflict | StockChanged],
) -> Callable[[refusal.VersionConflict | set_stock.StockChanged], UserError]:
    def told(no: refusal.VersionConflict | set_stock.StockChanged) -> UserError:
        return kind(
            message=no.message,
            code=no.code,
            field=no.field,
            expected=WholeNumber(no.expected),
            actual=WholeNumber(no.actual),
        )

    return told


def _plain(kind: type[refusal.Refusal]) -> type[UserError]:
    """The GraphQL type of a refusal that has only message, code and field; named and described as it is."""
    promise = (kind.__doc__ or "").strip().partition("\n")[0]
    made = type(kind.__name__, (UserError,), {"__doc__": promise, "__module__": __name__})
    return cast("type[UserError]", strawberry.type(made, description=promise))


_TELLING: dict[type[refusal.Refusal], tuple[type[UserError], Callable[[Any], UserError]]] = {
    stock.InsufficientStock: (InsufficientStock, _insufficient),
    refusal.VersionConflict: (VersionConflict, _differs(VersionConflict)),
    set_stock.StockChanged: (StockChanged, _differs(StockChanged)),
    step.WrongState: (WrongState, _wrong_state),
    waves.WrongWaveState: (WrongWaveState, _wrong_wave_state),
}

_PLAIN: dict[type[refusal.Refusal], type[UserError]] = {
    kind: _plain(kind)
    for kind in (
        AlreadyShipped,
        ChangeDecided,
        ChannelInactive,
        CurrencyInUse,
        CurrencyMismatch,
        TooHeavy,
        CursorExpired,
        ExportEnded,
        IdempotencyKeyReused,
        InvalidChannel,
        InvalidCredentials,
        InvalidCursor,
        InvalidDays,
        InvalidExpiry,
        InvalidExport,
        InvalidId,
        InvalidImport,
        InvalidLink,
        InvalidListing,
        InvalidOrder,
        InvalidQuantity,
        InvalidReceipt,
        InvalidReport,
        UnknownReport,
        InvalidRuleSet,
        InvalidShortPick,
        InvalidSpan,
        InvalidTags,
        InvalidText,
        InvalidShippingZones,
        InvalidVariant,
        InvalidWarehouse,
        InvalidWebhookEndpoint,
        UnknownWebhookDelivery,
        UnknownWebhookEndpoint,
        MessageNotUsable,
        NotReplayable,
        UnitsUnderWay,
        InvalidWave,
        LinkExpired,
        NothingDue,
        NothingToPick,
        NotTraining,
        OrderClosed,
        ReferenceReused,
        RuleSetNotDraft,
        SameWarehouse,
        TooManyExports,
        TooManySkus,
        UnknownChannel,
        UnknownDeadJob,
        UnknownExport,
        UnknownFulfilmentOrder,
        UnknownHold,
        UnknownInboundMessage,
        UnknownImport,
        UnknownKey,
        UnknownListing,
        UnknownOrder,
        UnknownOrderChange,
        UnknownRuleSet,
        UnknownSku,
        UnknownTransfer,
        UnknownView,
        UnknownWarehouse,
        UnknownWave,
        UploadTooLarge,
        WrongImportState,
        WrongOffset,
        refusal.Conflict,
        refusal.InvalidInput,
        refusal.NotAllowed,
        refusal.NotFound,
    )
}

REFUSALS: tuple[type[refusal.Refusal], ...] = (*_PLAIN, *_TELLING)
ERROR_TYPES: tuple[type[UserError], ...] = (*_PLAIN.values(), *(kind for kind, _ in _TELLING.values()))


def is_mapped(kind: type[refusal.Refusal]) -> bool:
    """Whether clients can be told of this refusal."""
    return kind in _PLAIN or kind in _TELLING


def user_error(no: refusal.Refusal) -> UserError:
    """What clients are told of a refusal."""
    if telling := _TELLING.get(type(no)):
        return telling[1](no)
    return _PLAIN[type(no)](message=no.message, code=no.code, field=no.field)
