"""The life of a fulfilment order: one table of transitions, checked when it is loaded.

OPEN -> ACCEPTED -> PICKING -> PACKED -> SHIPPED -> DELIVERED
OPEN <-> ON_HOLD                    (with the order's holds)
OPEN, ACCEPTED, PICKING -> REJECTED (the order is sourced anew)
all before SHIPPED -> CANCELLED     (with the order)
"""

from collections.abc import Mapping
from enum import StrEnum


class FulfilmentState(StrEnum):
    """Where a fulfilment order stands."""

    OPEN = "OPEN"
    ON_HOLD = "ON_HOLD"
    ACCEPTED = "ACCEPTED"
    PICKING = "PICKING"
    PACKED = "PACKED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


_S = FulfilmentState
TRANSITIONS: Mapping[FulfilmentState, frozenset[FulfilmentState]] = {
    _S.OPEN: frozenset({_S.ACCEPTED, _S.ON_HOLD, _S.REJECTED, _S.CANCELLED}),
    _S.ON_HOLD: frozenset({_S.OPEN, _S.CANCELLED}),
    _S.ACCEPTED: frozenset({_S.PICKING, _S.REJECTED, _S.CANCELLED}),
    _S.PICKING: frozenset({_S.PACKED, _S.REJECTED, _S.CANCELLED}),
    _S.PACKED: frozenset({_S.SHIPPED, _S.CANCELLED}),
    _S.SHIPPED: frozenset({_S.DELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.CANCELLED: frozenset(),
}
# Units of a fulfilment order in one of these are allocated at its warehouse.
ALLOCATING = frozenset({_S.OPEN, _S.ON_HOLD, _S.ACCEPTED, _S.PICKING, _S.PACKED})


def next_states(state: FulfilmentState) -> frozenset[FulfilmentState]:
    """Where a fulfilment order in `state` may go."""
    return TRANSITIONS[state]


def states_before(state: FulfilmentState) -> frozenset[FulfilmentState]:
    """From where a fulfilment order may come to `state`."""
    return frozenset(origin for origin, targets in TRANSITIONS.items() if state in targets)


def _check() -> None:
    if missing := set(FulfilmentState) - TRANSITIONS.keys():
        raise AssertionError(f"no transitions for {missing}")
    reachable = {_S.OPEN}.union(*TRANSITIONS.values())
    if unreachable := set(FulfilmentState) - reachable:
        raise AssertionError(f"unreachable: {unreachable}")


_check()
