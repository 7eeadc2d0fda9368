"""The domain's own enums, registered as GraphQL's: import them for their effect, then use the domain's names."""

import strawberry

from domain.channels.models import ChannelKind
from domain.events.kinds import EventKind
from domain.exports.formats.names import ExportFormat
from domain.exports.models import ExportState
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.waves.models import WaveState
from domain.imports.models import ImportFormat, ImportState
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome, Source
from domain.jobs.kinds import JobKind
from domain.orders.models import AllocationStatus, FulfilmentStatus, HoldReason, OrderState, Sourcing
from domain.orders.policies import Priority, SplitPolicy, StockPolicy
from domain.places.precision import Precision
from domain.reporting.periods import Comparison, Grain
from domain.reporting.report import Filter, Unit
from domain.shared.actor import Scope
from domain.sourcing.models import RuleSetState
from domain.sourcing.planning.model import Outcome, UnfilledReason
from domain.sourcing.reevaluating.models import ReevaluationState
from domain.sourcing.rules.definition import BidPricing, CancelFrom, Promise, Unfillable
from domain.sourcing.rules.registry import Stage
from domain.sourcing.said import Phrase
from domain.sourcing.simulating.models import SimulationState
from domain.stock.adjust_stock import AdjustReason, Bucket
from domain.stock.reasons import DocumentKind, StockReason

strawberry.enum(AdjustReason, description="Why a person corrects a level.")
strawberry.enum(AllocationStatus, description="How far an order's units are promised by warehouses.")
strawberry.enum(
    Bucket, name="StockBucket", description="What is corrected: units on hand, or how many cannot be sold."
)
strawberry.enum(ChannelKind, description="What sort of selling place a channel is.")
strawberry.enum(DocumentKind, description="What kind of document a ledger entry refers to.")
strawberry.enum(
    EventKind, name="OrderEventKind", description="What can happen to an order, in the past tense."
)
strawberry.enum(
    ExportFormat,
    description="CSV: UTF-8, a header, a row a line. JSONL: an object a line. XLSX: one sheet of up to 1,048,575 rows. PARQUET: typed columns.",
)
strawberry.enum(
    ExportState,
    description="WAITING for a worker, RUNNING, DONE with a file to download, FAILED, or CANCELLED.",
)
strawberry.enum(FulfilmentState, description="Where a fulfilment order stands.")
strawberry.enum(FulfilmentStatus, description="How far an order's units have left their warehouses.")
strawberry.enum(HoldReason, description="Why an order must wait.")
strawberry.enum(
    MessageOutcome,
    name="InboundOutcome",
    description=(
        "What became of a message. RECEIVED: it waits. FETCHING, FETCHED: it names an order that had to be asked for. "
        "PLACED, UPDATED, CANCELLED: what it did to its order; CANCELLED without an order: that has not come yet. "
        "DUPLICATE: it says what is known. STALE: something newer is known. IGNORED: it asks nothing of us. FAILED: it "
        "could not be read, or its order not be taken. REFUSED: its signature is wrong."
    ),
)
strawberry.enum(
    Source,
    name="InboundSource",
    description="How a message came: pushed, from a page of a poll, asked for by itself, or in an uploaded file.",
)
strawberry.enum(
    ChangeKind, name="OrderChangeKind", description="Whether a channel restated an order or cancelled it."
)
strawberry.enum(
    ChangeState,
    name="OrderChangeState",
    description=(
        "APPLIED: the order is as its channel says. PENDING: somebody is to decide. REFUSED: it came too late, the "
        "order is closed. DISMISSED: somebody decided against it, or the channel said something newer."
    ),
)
strawberry.enum(
    ImportFormat,
    description="How a file of orders is written: an order a line, or CSV with a map of columns.",
)
strawberry.enum(
    ImportState,
    description=(
        "UPLOADING until its file is complete, WAITING for a worker, RUNNING, PAUSED until resumed, DONE, FAILED, or CANCELLED."
    ),
)
strawberry.enum(JobKind, description="What a background job does.")
strawberry.enum(
    OrderState, description="An order's own state; allocation and fulfilment are told apart from it."
)
strawberry.enum(
    Outcome,
    name="SourcingOutcome",
    description="Whether all, some or none of an order's units found a warehouse.",
)
strawberry.enum(
    Precision,
    name="PlacePrecision",
    description=(
        "By what coordinates are known. GIVEN: they were stated. POSTAL_CODE: by the postal code, or as much of its "
        "beginning as is known. CITY, REGION, COUNTRY: their middle."
    ),
)
strawberry.enum(Priority, name="OrderPriority", description="How urgent an order is; higher is served first.")
strawberry.enum(Scope, description="What an API key may do. ADMIN includes every other scope.")
strawberry.enum(
    Sourcing,
    name="SourcingStatus",
    description=(
        "Where an order stands with sourcing: WAITING for the engine, ON_HOLD until released, BACKORDERED until "
        "stock arrives, SOURCED, or NONE when nothing is left to source."
    ),
)
strawberry.enum(
    SplitPolicy,
    description=(
        "SINGLE_SHIPMENT: everything from one warehouse, or nothing yet. SHIP_COMPLETE: everything, from up to "
        "`maxShipments` warehouses, or nothing yet. PARTIAL_ALLOWED: what there is now; the rest is a backorder."
    ),
)
strawberry.enum(
    StockPolicy,
    description="REQUIRE reserves the stock at once or refuses the order; BACKORDER takes the order anyway.",
)
strawberry.enum(StockReason, description="Why a stock level changed.")
strawberry.enum(
    UnfilledReason,
    description=(
        "Why units found no warehouse. NO_STOCK: nowhere enough. SCATTERED: enough, but no warehouse has the whole "
        "line. EXCLUDED, NOT_SERVED: only a warehouse has them that may not ship this order. SPLIT_NOT_ALLOWED, "
        "SHIPMENT_LIMIT, WAITS_FOR_REST: in stock, but the order's split policy says no."
    ),
)
strawberry.enum(
    BidPricing,
    name="BidPricesRule",
    description=(
        "OFF: the cheapest plan of an order. ON: what its units and parcels are worth to orders to come counts, too."
    ),
)
strawberry.enum(
    Promise,
    name="PromiseRule",
    description=(
        "REQUIRE: nothing is shipped that would come after the promised day. PREFER: late only what would not be "
        "shipped otherwise. IGNORE: the promised day does not count."
    ),
)
strawberry.enum(
    Phrase,
    name="SourcingPhrase",
    description="What can be said of a decision: a sentence, or a piece of one, with places to be filled.",
)
strawberry.enum(
    RuleSetState,
    description="DRAFT may be changed; ACTIVE, the one that decides, and ARCHIVED stay as they are.",
)
strawberry.enum(
    Stage,
    name="RuleStage",
    description="Where a rule may stand: CONDITION in a routing's `when`, FILTER in `eligible` and groups, CRITERION in `rank`.",
)
strawberry.enum(
    ReevaluationState,
    description="WAITING for a worker, RUNNING, DONE, or FAILED: it failed too often.",
)
strawberry.enum(
    SimulationState,
    description=(
        "WAITING for a worker, RUNNING, DONE with a report, or FAILED: its rules cannot be used, or it failed too often."
    ),
)
strawberry.enum(
    Unfillable,
    name="UnfillableRule",
    description=(
        "BACKORDER: what no warehouse can ship waits for stock. PARK: the order is put on hold for somebody to look "
        "at; released, it waits for stock. CANCEL: it waits for stock, and what is still unfilled at a date is cancelled."
    ),
)
strawberry.enum(
    CancelFrom,
    description=(
        "From when the days of CANCEL count. BACKORDER: from when units were first left unfilled. PROMISE: from the "
        "promised time; of an order without one, as BACKORDER."
    ),
)
strawberry.enum(
    WaveState,
    description=(
        "Where a wave stands: OPEN is planned, RELEASED is being picked, COMPLETED when its last parcel has left or was "
        "given up, CANCELLED when it was given up before."
    ),
)
strawberry.enum(
    Grain,
    name="ReportGrain",
    description="How a report's span is cut. A WEEK begins on Monday; those at the ends of a span may be shorter.",
)
strawberry.enum(
    Comparison,
    name="ReportComparison",
    description=(
        "What a span is compared with: as many days before it (whole calendar months: as many whole months before), or "
        "the same dates a year before."
    ),
)
strawberry.enum(
    Filter,
    name="ReportFilter",
    description="What else than a span narrows a report, or changes its figures: the field of ReportInput.",
)
strawberry.enum(
    Unit,
    name="ReportUnit",
    description="What a column's values are. SHARE is 0.25 for 25 %; COUNT is a whole number, NUMBER any.",
)
