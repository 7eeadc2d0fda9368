"""Decide for a whole batch of orders where every line leaves from, at the least cost, with a proof of how near that is.

Orders contend for stock and capacity. Prices on both make them independent (`lagrangian`); the prices that
raise the bound most are found by an ascent and a linear program (`ascent`, `master`), a plan is made at them
(`place`), and what cost exceeds bound by is looked for where it sits (`blocks`). Small batches are solved to
the proven optimum (`exact`). Pure: no clock, no input or output; random numbers have fixed seeds.
"""

from domain.sourcing.optimising.model import (
    UNFILLED,
    Batch,
    Incumbent,
    Lines,
    Orders,
    Plan,
    Policy,
    Rates,
    Split,
    Stock,
    Tariff,
    Terms,
    Warehouses,
)
from domain.sourcing.optimising.optimise import optimise

__all__ = [
    "UNFILLED",
    "Batch",
    "Incumbent",
    "Lines",
    "Orders",
    "Plan",
    "Policy",
    "Rates",
    "Split",
    "Stock",
    "Tariff",
    "Terms",
    "Warehouses",
    "optimise",
]
