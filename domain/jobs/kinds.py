"""The kinds of jobs; `workers/` has one handler for each."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a worker can be asked to do later."""

    ALLOCATE = "ALLOCATE"
    FILL_BACKORDERS = "FILL_BACKORDERS"
    SIMULATE = "SIMULATE"
    RESTATE_LISTINGS = "RESTATE_LISTINGS"
    PUSH_STOCK = "PUSH_STOCK"
    OBSERVE_STOCK = "OBSERVE_STOCK"
    INTAKE = "INTAKE"
    IMPORT = "IMPORT"
    EXPORT = "EXPORT"
    REEVALUATE = "REEVALUATE"
    SHADOW_PRICES = "SHADOW_PRICES"
    SEND_WEBHOOKS = "SEND_WEBHOOKS"
    POLL = "POLL"
    SWEEP_CHANNEL = "SWEEP_CHANNEL"
    FETCH_ORDERS = "FETCH_ORDERS"
    FETCH_KEY = "FETCH_KEY"
    RUN_CHECKS = "RUN_CHECKS"
