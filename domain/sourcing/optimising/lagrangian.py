"""All orders at given prices: what they would choose, what that overdraws, and the bound it proves."""

from dataclasses import dataclass

import numpy as np

from domain.sourcing.optimising.model import UNFILLED, Flags, Ints, Reals
from domain.sourcing.optimising.offers import Group, Takings, find_offers, group_orders
from domain.sourcing.optimising.offers import among as among_them
from domain.sourcing.optimising.options import Options, collect, takes, values
from domain.sourcing.optimising.pricing import CLOSED, Left, Prices, cheapest, rank, tags
from domain.sourcing.optimising.setting import SCALE, Setting
from domain.sourcing.optimising.wide import WideOrder, find_wide, wide_cheapest, wide_rank
from domain.sourcing.optimising.work import Budget

_CHUNK = 1 << 18  # offers that are counted at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Market:
    """Orders and offers, ready to be priced again and again."""

    setting: Setting
    takings: Takings
    groups: list[Group]
    wide: list[WideOrder]
    contested: Flags  # (R + 1,) shelves that could be asked for more than they have
    price_max: (
        int  # 1/SCALE minor units; above what a unit or a shipment can be worth, as far as sums are safe
    )
    effort: int  # work units that pricing takes
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    value: int  # of the Lagrangian, 1/SCALE minor units
    order_value: Ints  # (O,) each order's cheapest at the prices, 1/SCALE minor units
    at: Ints  # (L,)

    @property
    def bound_minor(self) -> int:
        """Costs are whole, so the bound may be rounded up."""
        return -(-self.value // SCALE)


def open_market(setting: Setting, budget: Budget) -> Market:
    takings, groups, wide = _ways(setting)
    contested = _asked(setting, takings) > setting.units
    return Market(
        setting=setting,
        takings=takings,
        groups=groups,
        wide=wide,
        contested=contested,
        price_max=_price_max(setting, contested),
        effort=sum(group.effort for group in groups) + sum(order.effort for order in wide) + 1,
        budget=budget,
    )


def _ways(setting: Setting) -> tuple[Takings, list[Group], list[WideOrder]]:
    offers, number = find_offers(setting)
    groups = group_orders(setting, offers, number)
    del number  # the largest table there is
    return Takings.of(setting, offers), groups, find_wide(setting, offers)


def _asked(setting: Setting, takings: Takings) -> Ints:
    """(R + 1,) units of each shelf, did every line ask there that could."""
    asked = np.zeros(len(setting.units), dtype=np.int64)
    for first in range(0, len(takings.shelf), _CHUNK):
        part = slice(first, first + _CHUNK)
        np.add.at(asked, takings.shelf[part], takings.units[part])
    return asked


def _price_max(setting: Setting, contested: Flags) -> int:
    """All penalties of an order, unless sums could pass what 64 bits hold."""
    most = np.diff(setting.start) * setting.penalty_minor
    quantity = int(setting.batch.lines.quantity.max(initial=1))
    supply = int(setting.units[contested].sum() + setting.batch.warehouses.capacity.sum())
    return min(int(most.max(initial=0) + 1) * SCALE, CLOSED // (4 * quantity), (1 << 61) // max(supply, 1))


def price(market: Market, prices: Prices) -> Priced:
    """Every order's cheapest way at the prices."""
    setting = market.setting
    market.budget.spend(market.effort)
    tagged = tags(market.takings, prices)
    value = np.zeros(setting.orders, dtype=np.int64)
    at = np.full(len(setting.grams), UNFILLED, dtype=np.int64)
    for group in market.groups:
        value[group.orders], at[group.lines] = cheapest(setting, group, tagged)
    for order in market.wide:
        value[order.order], at[order.lines] = wide_cheapest(setting, order, tagged)
    worth = prices.shelf @ setting.units + prices.capacity @ setting.batch.warehouses.capacity
    return Priced(value=int(value.sum() - worth), order_value=value, at=at)


def best_options(
    market: Market,
    prices: Prices,
    *,
    most: int,
    near: Reals | float = np.inf,
    left: Left | None = None,
    among: Flags | None = None,
) -> Options:
    """Each order's `most` best at the prices.

    `near`: only those that many minor units above the best, for each order (O,) or for all. `among`: only of
    these orders.
    """
    setting = market.setting
    tagged = tags(market.takings, prices, left)
    ahead = np.broadcast_to(np.asarray(near, dtype=np.float64) * SCALE, setting.orders)
    asked = np.ones(setting.orders, dtype=np.bool_) if among is None else among
    orders, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int16)]
    for whole in market.groups:
        mine = asked[whole.orders]
        if not mine.any():
            continue
        group = whole if mine.all() else among_them(whole, mine)
        market.budget.spend(2 * group.effort)
        found = rank(setting, group, tagged, most=most)
        high = np.minimum(found.value[0] + ahead[group.orders], CLOSED - 1)
        place, order = np.nonzero(found.value <= high)
        orders.append(group.orders[order])
        places.append(found.at[place, :, order].ravel())
    for one in market.wide:
        if asked[one.order]:
            market.budget.spend(2 * one.effort)
            found_at = wide_rank(setting, one, tagged, most=most)
            orders.append(np.full(len(found_at), one.order))
            places.append(found_at.ravel().astype(np.int16))
    return collect(setting, np.concatenate(orders), np.concatenate(places))


def reduced(setting: Setting, options: Options, prices: Prices) -> Reals:
    """(M,) minor units that each option, at the prices, costs beyond nothing."""
    found: Reals = values(setting, options, prices.shelf, prices.capacity) / SCALE
    return found


def ahead(setting: Setting, options: Options, prices: Prices, priced: Priced) -> Reals:
    """(M,) minor units that each option costs, at the prices, beyond its order's cheapest."""
    return reduced(setting, options, prices) - priced.order_value[options.order] / SCALE


def excess(setting: Setting, at: Ints) -> tuple[Ints, Ints]:
    """Units and shipments asked for less what there is: (R + 1,) and (W,)."""
    taken = takes(setting, np.arange(setting.orders), at)
    units = np.bincount(taken.shelf, weights=taken.units, minlength=len(setting.units)).astype(np.int64)
    parcels = np.bincount(taken.parcel, minlength=setting.warehouses)
    return units - setting.units, parcels - setting.batch.warehouses.capacity
