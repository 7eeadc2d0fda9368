"""How an order wants to be served. Pure, so that planning may import it."""

from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """Higher is served first."""

    NORMAL = 0
    HIGH = 1
    URGENT = 2


class StockPolicy(StrEnum):
    """REQUIRE reserves at once or refuses; BACKORDER takes the order anyway."""

    REQUIRE = "REQUIRE"
    BACKORDER = "BACKORDER"


class SplitPolicy(StrEnum):
    """Whether an order may leave in several parcels, and whether it may leave in part.

    SINGLE_SHIPMENT: everything from one warehouse, or nothing yet. SHIP_COMPLETE: everything, from
    up to `max_shipments` warehouses, or nothing yet. PARTIAL_ALLOWED: what there is; the rest is a
    backorder.
    """

    SINGLE_SHIPMENT = "SINGLE_SHIPMENT"
    SHIP_COMPLETE = "SHIP_COMPLETE"
    PARTIAL_ALLOWED = "PARTIAL_ALLOWED"
