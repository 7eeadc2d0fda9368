"""The fingerprint of a decision's input: stable, and moved by all that could move the decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.sourcing.planning import OrderToSource, Snapshot, SourcingPolicy, SplitPolicy, plan
from tests.unit.sourcing.instances import (
    BERLIN,
    HAMBURG,
    LEIPZIG,
    MUNICH,
    NOON,
    POLICY,
    SITES,
    line,
    order,
    stock,
)

ASKED = order(line(7, 2), line(9, 1))
FREE = stock({LEIPZIG: {7: 3}, HAMBURG: {9: 1}})
BASE = Snapshot(orders=(ASKED,), sites=SITES, free=FREE)


def fingerprint(snapshot: Snapshot, policy: SourcingPolicy = POLICY) -> str:
    return plan(snapshot, policy).decisions[-1].input_hash


def test_it_is_the_same_in_every_process() -> None:
    assert fingerprint(BASE) == "302283ea132c5c2612a44118cbd0e6aba29e93a3f959d3bd5bc375d0c6935f3c"


ORDER_CHANGES: list[Callable[[OrderToSource], OrderToSource]] = [
    lambda one: replace(one, order_id=UUID(int=99)),
    lambda one: replace(one, place=replace(BERLIN, lat=52.53)),
    lambda one: replace(one, place=None),
    lambda one: replace(one, split_policy=SplitPolicy.SHIP_COMPLETE),
    lambda one: replace(one, max_shipments=2),
    lambda one: replace(one, parcels_before=1),
    lambda one: replace(one, lines=one.lines[:1]),
    lambda one: replace(one, lines=(line(7, 3), line(9, 1))),
    lambda one: replace(one, lines=(line(7, 2, weight_g=999), line(9, 1))),
    lambda one: replace(one, excluded={HAMBURG.warehouse_id: "full"}),
    lambda one: replace(one, excluded={HAMBURG.warehouse_id: "closed"}),
    lambda one: replace(one, served=frozenset()),
    lambda one: replace(one, served=frozenset({HAMBURG.warehouse_id})),
    lambda one: replace(one, reserved={(UUID(int=107), LEIPZIG.warehouse_id): 1}),
    lambda one: replace(one, reserved={(UUID(int=107), LEIPZIG.warehouse_id): 2}),
]


def changed_snapshots() -> list[Snapshot]:
    sites = (replace(LEIPZIG, kg_minor=51), *SITES[1:])
    earlier = replace(order(line(5, 2, sku=7), number=2), placed_at=NOON - timedelta(hours=1))
    return [
        *(replace(BASE, orders=(change(ASKED),)) for change in ORDER_CHANGES),
        replace(BASE, sites=sites),
        replace(BASE, sites=SITES[:2]),
        replace(BASE, free=stock({LEIPZIG: {7: 2}, HAMBURG: {9: 1}})),
        replace(BASE, orders=(ASKED, earlier)),
    ]


def test_whatever_could_move_the_decision_moves_it() -> None:
    prints = [fingerprint(BASE), *map(fingerprint, changed_snapshots())]
    prints.append(fingerprint(BASE, replace(POLICY, version="2026-02")))
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize(
    "same",
    [
        replace(BASE, orders=(replace(ASKED, lines=ASKED.lines[::-1]),)),
        replace(BASE, sites=SITES[::-1]),
        replace(BASE, free=FREE | stock({LEIPZIG: {8: 5}, MUNICH: {7: 0}})),
        replace(BASE, orders=(replace(ASKED, number="F2", priority=2, placed_at=NOON + timedelta(days=1)),)),
    ],
    ids=["lines shuffled", "warehouses shuffled", "stock of another variant", "another turn"],
)
def test_what_could_not_move_it_does_not(same: Snapshot) -> None:
    assert fingerprint(same) == fingerprint(BASE)
