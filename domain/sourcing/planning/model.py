"""What sourcing is asked and what it answers: plain values, units in their names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.orders.policies import SplitPolicy
from domain.sourcing.rules.definition import CancelFrom, RuleSet, Unfillable
from domain.sourcing.said import Said, Words

# ---------------------------------------------------------------- asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on the globe, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipDay:
    """A day on which a warehouse hands parcels over, and how many more it can; None: any number."""

    day: date
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A warehouse and its tariff."""

    warehouse_id: UUID
    code: str
    name: str
    place: Place
    shipment_minor: int  # per shipment, handling included
    kg_minor: int  # per kg
    km_millis: int  # 1/1000 minor units per km and shipment
    priority: int = 0  # lower first, where costs tie
    regions: frozenset[str] | None = None  # 'DE', or 'DE-04' for postcodes that begin so; None: everywhere
    # the next days it works, rising; None: it has no calendar, and no ship date is planned
    days: tuple[ShipDay, ...] | None = None

    def __post_init__(self) -> None:
        if min(self.shipment_minor, self.kg_minor, self.km_millis) < 0:
            raise ValueError(f"{self.code}: a tariff cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStep:
    """What an order up to `g_max` grams (infinite: however heavy) costs on top of its zone."""

    g_max: float
    shipment_minor: int = 0
    kg_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """What the way costs on top of the warehouse's tariff, and how long it takes, up to `km_max`.

    `steps` rise by `g_max`. The step is that of all that is sourced of the order together, in however many
    parcels it leaves, so that each line costs by itself; beyond the last step, the last one applies.
    """

    km_max: float
    shipment_minor: int = 0
    kg_minor: int = 0
    transit_days: int = 1
    steps: tuple[WeightStep, ...] = ()

    def step(self, weight_g: int) -> WeightStep | None:
        """What applies to an order of this weight; None: there are no steps."""
        return next(
            (step for step in self.steps if weight_g <= step.g_max), self.steps[-1] if self.steps else None
        )


ANYWHERE = Zone(km_max=float("inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToSource:
    line_id: UUID
    variant_id: UUID
    sku: str
    quantity: int
    weight_g: int  # of one unit

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.weight_g < 0:
            raise ValueError(f"{self.sku}: at least one unit, and no negative weight")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToSource:
    order_id: UUID
    number: str
    place: Place | None  # None: unknown, `Network.unknown_km` counts
    priority: int  # 0 normal, 1 high, 2 urgent
    placed_at: datetime
    split_policy: SplitPolicy
    max_shipments: int  # over the order's life
    lines: tuple[LineToSource, ...]
    excluded: Mapping[UUID, Words] = field(default_factory=dict[UUID, Words])  # warehouse -> why not
    served: frozenset[UUID] | None = None  # the channel's warehouses; None: all
    # (line, warehouse) -> units held since intake; they are not in `Snapshot.free`
    reserved: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict[tuple[UUID, UUID], int])
    # what rules look at
    channel: str = ""
    country_code: str = ""
    postcode: str = ""
    currency: str = "EUR"
    total_minor: int = 0  # in `currency`
    tags: frozenset[str] = frozenset()
    promised_on: date | None = None  # the last day of delivery
    timezone: str = "UTC"  # the channel's: in which days are counted
    located_by: str | None = None  # what its place was found by; None: it was stated
    located_part: str = ""  # which of it, as 80331
    parcels_before: int = 0  # planned, under way or gone: its split limits are less these

    def __post_init__(self) -> None:
        if self.max_shipments < 1:
            raise ValueError(f"{self.number}: max_shipments is at least 1")
        if not self.lines or len({line.line_id for line in self.lines}) < len(self.lines):
            raise ValueError(f"{self.number}: at least one line, each with its own id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Bid prices: what units and parcels are worth to orders to come, in minor units; what is missing, nothing."""

    units: Mapping[tuple[UUID, UUID], int]  # (variant, warehouse) -> a unit
    parcels: Mapping[UUID, int]  # warehouse -> a parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Orders and shelves as they were at one moment."""

    orders: tuple[OrderToSource, ...]
    sites: tuple[Site, ...]
    free: Mapping[tuple[UUID, UUID], int]  # (variant, warehouse) -> units, after safety stock
    zones: tuple[Zone, ...] = (ANYWHERE,)  # rising by `km_max`; beyond the last nothing is shipped
    now: datetime | None = None  # rules count days from here; None: they do not
    worth: Worth | None = None  # None: only what is billed counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingPolicy:
    """The rule set that speaks; its version is part of every input hash."""

    version: str
    currency: str = "EUR"
    exponent: int = 2  # minor units are 10^-exponent of the currency
    candidates_max: int = 12
    rules: RuleSet = field(default_factory=RuleSet)

    def __post_init__(self) -> None:
        if self.candidates_max < 1 or self.exponent < 0:
            raise ValueError(
                f"{self.version}: the chosen candidate is always kept, and no exponent is negative"
            )


# ---------------------------------------------------------------- answered


class Outcome(StrEnum):
    SOURCED = "SOURCED"
    PARTLY_SOURCED = "PARTLY_SOURCED"
    BACKORDERED = "BACKORDERED"


class UnfilledReason(StrEnum):
    """Why a line waits."""

    NO_STOCK = "NO_STOCK"  # nowhere enough units
    SCATTERED = "SCATTERED"  # enough units, but no warehouse has the whole line
    EXCLUDED = "EXCLUDED"  # only a warehouse excluded for this order has it
    NOT_SERVED = "NOT_SERVED"  # only a warehouse that doesn't serve the channel has it
    SPLIT_NOT_ALLOWED = "SPLIT_NOT_ALLOWED"  # in stock, but not with the rest in one warehouse
    SHIPMENT_LIMIT = "SHIPMENT_LIMIT"  # in stock, but one shipment too many
    TOO_LATE = "TOO_LATE"  # in stock, but only where it would come after the promised day
    NO_CAPACITY = "NO_CAPACITY"  # in stock, but only where no day has room for another parcel
    RULE = "RULE"  # in stock, but only where a rule of the routing says no
    PROTECTED = "PROTECTED"  # in stock, but kept for another channel
    WAITS_FOR_REST = "WAITS_FOR_REST"  # in stock, but the order ships complete and another line isn't


class CostTerms(NamedTuple):  # as are candidates: a plan makes dozens of them for each order
    shipment_minor: int
    km_minor: int
    weight_minor: int

    @property
    def total_minor(self) -> int:
        return self.shipment_minor + self.km_minor + self.weight_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShipment:
    warehouse_id: UUID
    distance_km: float | None  # None: the order's place is unknown
    lines: tuple[tuple[UUID, int], ...]  # (line, units)
    weight_g: int
    cost: CostTerms
    ship_on: date | None = None  # None: the warehouse has no calendar, or no day with room
    arrives_on: date | None = None
    late: bool = False  # after the promised day


class Candidate(NamedTuple):
    """A set of warehouses that was considered.

    Where `reason` says why it isn't possible, `cost` is what shipping the whole order from there would take.
    """

    warehouse_ids: tuple[UUID, ...]
    cost: CostTerms
    reason: Said | None = None
    chosen: bool = False
    rule: str | None = None  # the rule that says no, by its name in the registry; None: none does
    behind: Said | None = None  # what the criterion says against it that put it behind the chosen one


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where one order ships from, and why.

    `released` are (line, warehouse, units) of its reservation that it gives back; what a line that stays
    unfilled holds, it keeps. Release before allocating: a line may take what its sibling gives back.
    `proven` is False when the search stopped at its work limit: the plan keeps every rule, but a better
    one may exist.
    """

    order_id: UUID
    outcome: Outcome
    shipments: tuple[PlannedShipment, ...]
    unfilled: tuple[tuple[UUID, UnfilledReason], ...]
    released: tuple[tuple[UUID, UUID, int], ...]
    candidates: tuple[Candidate, ...]
    said: Said  # why, as a sentence
    input_hash: str
    proven: bool = True
    routing: str = ""  # the name of the routing it followed
    unfillable: Unfillable = Unfillable.BACKORDER  # what becomes of `unfilled`
    cancel_after_days: int | None = None  # of CANCEL
    cancel_from: CancelFrom = CancelFrom.BACKORDER
    no_room: tuple[UUID, ...] = ()  # the warehouses that are full, if anything waits for room

    @property
    def explanation(self) -> str:
        return str(self.said)

    @property
    def total_minor(self) -> int:
        return sum(shipment.cost.total_minor for shipment in self.shipments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One decision an order, in the order in which they were taken."""

    decisions: tuple[Decision, ...]
