"""A rule set as data: what a planner writes, kept as JSON, frozen once read.

A definition is a list of routings. An order follows the first whose conditions it meets all, or the
`OTHERWISE` routing if there is none. The routing says which warehouses may ship it, in which groups
they are tried, by which criteria the best plan is found, how far the order may be split, what its promise
weighs, and what becomes of what no warehouse can ship.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

NAME_MAX = 100
ROUTINGS_MAX = 50
RULES_MAX = 20  # of one kind in one place
VALUES_MAX = 1_000


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class RuleCall(_Data):
    """A rule by its name in the registry, with what it is given: `{"rule": "CHANNEL", "values": ["web"]}`."""

    rule: str = Field(min_length=1, max_length=NAME_MAX)
    values: tuple[str, ...] = Field((), max_length=VALUES_MAX)
    negated: bool = False  # of conditions and filters: what does not meet it


class Promise(StrEnum):
    """What an order's promised date weighs."""

    REQUIRE = "REQUIRE"  # nothing is shipped that would come too late
    PREFER = "PREFER"  # on time if possible, else as soon as the criteria say
    IGNORE = "IGNORE"


class Unfillable(StrEnum):
    """What becomes of units that no warehouse can ship."""

    BACKORDER = "BACKORDER"  # they wait for stock
    PARK = "PARK"  # the order is put on hold, for somebody to look at
    CANCEL = "CANCEL"  # they wait for stock until a date, and what is still unfilled then is cancelled


class CancelFrom(StrEnum):
    """From when the days of `CANCEL` count."""

    BACKORDER = "BACKORDER"  # from when units were first left unfilled
    PROMISE = "PROMISE"  # from the promised time; of an order without one, as BACKORDER


class Group(_Data):
    """Warehouses that are tried together: those that pass all of `where`."""

    name: str = Field(min_length=1, max_length=NAME_MAX)
    where: tuple[RuleCall, ...] = Field((), max_length=RULES_MAX)


class Rank(_Data):
    """A criterion by its name in the registry. Plans that differ by `tolerance` or less from the best tie."""

    rule: str = Field(min_length=1, max_length=NAME_MAX)
    tolerance: int = Field(0, ge=0, le=1_000_000_000)  # in the criterion's unit


class Split(_Data):
    """How far an order may be split, within what the order itself allows."""

    shipments_max: int | None = Field(None, ge=1, le=10)
    # an order worth less, in its own currency, is not split; a currency that is not named has no minimum
    value_min_minor: dict[str, int] = Field(default_factory=dict[str, int])


class Routing(_Data):
    """What applies to orders that meet all of `when`."""

    name: str = Field(min_length=1, max_length=NAME_MAX)
    when: tuple[RuleCall, ...] = Field((), max_length=RULES_MAX)
    eligible: tuple[RuleCall, ...] = Field((), max_length=RULES_MAX)
    groups: tuple[Group, ...] = Field((), max_length=RULES_MAX)  # none: all that are eligible, together
    rank: tuple[Rank, ...] = Field((), max_length=RULES_MAX)  # in turn, each for what tied so far; none: cost
    split: Split = Split()
    promise: Promise = Promise.PREFER
    unfillable: Unfillable = Unfillable.BACKORDER
    cancel_after_days: int | None = Field(None, ge=0, le=365)  # of CANCEL
    cancel_from: CancelFrom = CancelFrom.BACKORDER


class Protection(_Data):
    """Units per SKU and warehouse that only orders of one channel may take."""

    channel: str = Field(min_length=1, max_length=63)
    units: int = Field(ge=1, le=1_000_000)
    warehouses: tuple[str, ...] = Field((), max_length=VALUES_MAX)  # codes; none: every warehouse
    skus: tuple[str, ...] = Field((), max_length=VALUES_MAX)  # none: every SKU


class Reevaluation(_Data):
    """When an order that nobody has begun to pick is moved to a cheaper place, and how long it waits for one."""

    saving_min_minor: int = Field(1, ge=0, le=1_000_000)  # an order, in minor units of the cost currency
    saving_min_share: float = Field(0.05, ge=0, le=1)  # of what it costs now
    hold_minutes: int = Field(0, ge=0, le=2_880)  # picking waits for so long, if the cut-off allows it


class BidPricing(StrEnum):
    """Whether a choice counts what units and parcels are worth to orders to come."""

    OFF = "OFF"
    ON = "ON"  # wherever cost counts: by itself, as a criterion, or between plans that tie in all criteria


class RuleSet(_Data):
    """All rules that decide."""

    routings: tuple[Routing, ...] = Field((), max_length=ROUTINGS_MAX)
    protections: tuple[Protection, ...] = Field((), max_length=ROUTINGS_MAX)
    reevaluation: Reevaluation = Reevaluation()
    bid_prices: BidPricing = BidPricing.OFF


OTHERWISE = Routing(name="Otherwise")
