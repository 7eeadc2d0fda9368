"""What the demo's warehouses hold at first, and what arrives later: from the window's own demand."""

import math
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from cli.demo.assigning import CHANNEL_CODES, drawn
from cli.demo.baskets import Ints, at
from cli.demo.cities import CITIES, City
from cli.demo.company import Company, DemoWarehouse
from cli.demo.journey import Journey

Units: TypeAlias = npt.NDArray[np.int64]  # one row a warehouse, one column a product

LOCAL_MIN_UNITS: Final = 3  # a warehouse keeps what its own region asks for this often
NATIONAL_COVER: Final = 0.5  # of local demand, kept in the national warehouse as well
SHORT_BP: Final = 500  # of the SKUs asked for at least SHORT_MIN_UNITS times ...
SHORT_MIN_UNITS: Final = 2
SHORT_SHARE: Final = 0.6  # ... hold only this share of what will be asked for
EARTH_RADIUS_KM: Final = 6371.0


class OpeningStock(NamedTuple):
    warehouse_code: str
    sku: str
    units: int


class Replenishment(NamedTuple):
    after_order: int  # how many orders of the window come before it
    at: datetime  # when the order before it was placed
    warehouse_code: str
    sku: str
    units: int


def opening_stock(journey: Journey, company: Company) -> list[OpeningStock]:
    """What each warehouse holds before the first order, by warehouse and SKU.

    A warehouse holds what its region often asks for; the national one of its half of the country
    holds the rest and some of the same, so an order of both is split, or comes from further away.
    Most SKUs have a fifth more than will be asked for; one in twenty has too little, and its last
    orders wait for `replenishments`.
    """
    stock = _opening(journey, company)
    skus = [product.sku for product in journey.products]
    return [
        OpeningStock(company.warehouses[row].code, skus[column], int(stock[row, column]))
        for row, column in np.argwhere(stock > 0).tolist()
    ]


def replenishments(journey: Journey, company: Company, *, waves: int = 3) -> list[Replenishment]:
    """Deliveries that end the shortages, in `waves` evenly spaced over the window, in time order.

    They go to the national warehouse nearest to most of the SKU's demand, and sum to a tenth more
    than is missing.
    """
    missing = _demand(journey, company).sum(axis=0) - _opening(journey, company).sum(axis=0)
    homes = _national_demand(journey, company).argmax(axis=0)
    arriving: list[Replenishment] = []
    for wave in range(waves):
        position = len(journey.orders) * (wave + 1) // (waves + 1)
        if position == 0:
            continue
        moment = at(int(journey.orders.baskets.at_s[position - 1]))
        for column in np.flatnonzero(missing > 0).tolist():
            total = math.ceil(missing[column] * 1.1)
            units = total * (wave + 1) // waves - total * wave // waves
            code = company.warehouses[int(homes[column])].code
            if units:
                arriving.append(Replenishment(position, moment, code, journey.products[column].sku, units))
    return arriving


def _opening(journey: Journey, company: Company) -> Units:
    demand = _demand(journey, company)
    local = np.where(demand >= LOCAL_MIN_UNITS, demand, 0)
    kept = local + _gathered(demand - local, company)
    short = _is_short(journey, demand)
    kept_twice = kept + _gathered(local, company) * NATIONAL_COVER
    plenty = np.where(kept_twice > 0, np.ceil(kept_twice * 1.2) + 1, 0)
    return np.where(short, np.floor(kept * SHORT_SHARE), plenty).astype(np.int64)


def _is_short(journey: Journey, demand: Units) -> npt.NDArray[np.bool_]:
    skus = np.array([int(product.sku) for product in journey.products], dtype=np.int64)
    short: npt.NDArray[np.bool_] = (drawn(skus, "sku", 10_000) < SHORT_BP) & (
        demand.sum(axis=0) >= SHORT_MIN_UNITS
    )
    return short


def _national_demand(journey: Journey, company: Company) -> Units:
    return _gathered(_demand(journey, company), company)


def _gathered(units: Units, company: Company) -> Units:
    """The same units, all in the national warehouse nearest to where they were."""
    gathered = np.zeros_like(units)
    nationals = [warehouse for warehouse in company.warehouses if warehouse.national]
    for row, warehouse in enumerate(company.warehouses):
        home = min(nationals, key=lambda national: distance_km(national, warehouse))
        gathered[company.warehouses.index(home)] += units[row]
    return gathered


def _demand(journey: Journey, company: Company) -> Units:
    """Units of each product by the warehouse nearest to who ordered, of those the channel serves."""
    orders, count = journey.orders, len(journey.products)
    nearest = _nearest(company)[orders.channels, orders.cities]
    row_of_line = np.repeat(nearest, np.diff(orders.baskets.first_line))
    cells = np.bincount(
        row_of_line * count + journey.product_of_line,
        weights=orders.baskets.quantity,
        minlength=len(company.warehouses) * count,
    )
    return cells.reshape(len(company.warehouses), count).astype(np.int64)


def _nearest(company: Company) -> Ints:
    """The nearest warehouse's index, by channel (as in CHANNEL_CODES) and city."""
    served = {channel.code: channel.served for channel in company.channels}
    return np.array(
        [[_nearest_to(city, company, served[code]) for city in CITIES] for code in CHANNEL_CODES],
        dtype=np.int64,
    )


def _nearest_to(city: City, company: Company, served: tuple[str, ...]) -> int:
    rows = [row for row, warehouse in enumerate(company.warehouses) if warehouse.code in served]
    return min(rows, key=lambda row: distance_km(company.warehouses[row], city))


def distance_km(one: DemoWarehouse | City, other: DemoWarehouse | City) -> float:
    """The great-circle distance. Source: Sinnott, Virtues of the Haversine (1984)."""
    north, other_north = math.radians(one.lat), math.radians(other.lat)
    east = math.radians(other.lon - one.lon)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
