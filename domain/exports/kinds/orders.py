"""Orders: in a table a row for each line, with its order's columns; as JSON an order with its lines.

Columns that the order file format has are named as there, so that what is exported can be imported elsewhere.

Which orders: those that had been taken in when the export was asked for, each of them once, by number, as it was
when its piece was written; an order and its lines are of one moment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.channels.models import Channel
from domain.exports.formats.cells import decimal_text
from domain.exports.kinds.kind import Asked, Cells, Column, Key, Kind, Page, Type
from domain.orders.filter import OrderFilter
from domain.orders.models import Order
from domain.orders.policies import Priority
from domain.orders.reading import lines_of
from domain.shared.database import execute, records, transaction
from domain.shared.reading import Row, having, one_of

ORDERS_A_PIECE: Final = 1_000
LINES_A_PIECE: Final = 5_000  # or one order, whatever it has
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LINES: Final = (
    "SELECT order_id, count(*) AS lines FROM order_lines WHERE order_id = ANY($1::uuid[]) GROUP BY order_id"
)
_RANGE: Final = "SELECT coalesce(min(number), 0) AS first, coalesce(max(number), 0) AS last FROM orders"


@dataclass(frozen=True, slots=True)
class _Found:
    order: Row
    channel: str
    lines: Sequence[Row]


async def orders_now(which: OrderFilter) -> dict[str, Any]:
    """The orders that pass and are taken in by now, as what an export is asked for."""
    [numbers] = await records(_RANGE)
    return {"which": which.stored(), "first": numbers["first"], "last": numbers["last"]}


async def _page(asked: Asked, after: Key | None) -> Page:
    first, last = asked.what["first"], asked.what["last"]
    above = after[0] if after else 0
    wanted = OrderFilter(**asked.what["which"]).passing() & one_of("channel_id", asked.channel_ids)
    wanted &= having("number__gt", above) & having("number__lte", last)
    async with transaction():
        await execute(_SNAPSHOT)
        found = await Order.filter(wanted).order_by("number").limit(ORDERS_A_PIECE).values()
        kept = await _few_enough(found)
        lines = await lines_of([order["id"] for order in kept])
        channels = dict(await Channel.all().values_list("id", "code"))
    more = len(kept) < len(found) or len(found) == ORDERS_A_PIECE
    reached = kept[-1]["number"] if more else last
    return Page(
        records=[
            _Found(order, channels[order["channel_id"]], of) for order, of in zip(kept, lines, strict=True)
        ],
        reached=[reached],
        more=more,
        done=(reached - first + 1) / (last - first + 1),
    )


async def _few_enough(found: Sequence[Row]) -> Sequence[Row]:
    """The first of them, as many as have LINES_A_PIECE lines together, but one at least."""
    ids: list[UUID] = [order["id"] for order in found]
    lines = {row["order_id"]: row["lines"] for row in await records(_LINES, ids)}
    room = LINES_A_PIECE
    for kept, order_id in enumerate(ids):
        room -= lines[order_id]
        if room < 0 and kept:
            return found[:kept]
    return found


def _rows(found: _Found) -> Iterable[Cells]:
    order = [cell(found) for _, cell in _OF_ORDERS]
    return [order + [line[name] for _, name in _OF_LINES] for line in found.lines]


def _document(found: _Found) -> Mapping[str, Any]:
    """Dots in columns' names are objects in objects."""
    currency = found.order["currency"]
    document: dict[str, Any] = {}
    for column, cell in _OF_ORDERS:
        folder, _, leaf = column.name.rpartition(".")
        place = document.setdefault(folder, {}) if folder else document
        place[leaf] = _json(column, cell(found), currency)
    document["lines"] = [
        {
            column.name.removeprefix("lines."): _json(column, line[name], currency)
            for column, name in _OF_LINES
        }
        for line in found.lines
    ]
    return document


def _json(column: Column, cell: Any, currency: str) -> Any:
    return decimal_text(cell, currency) if column.type is Type.MONEY else cell


def _is(name: str) -> Callable[[_Found], Any]:
    """The order's own column; an empty text is none."""

    def cell(found: _Found) -> Any:
        value = found.order[name]
        return None if value == "" else value

    return cell


def _stated(name: str) -> Callable[[_Found], Any]:
    """A coordinate as it was stated: one that was found would be another statement, were it imported."""
    return lambda found: None if found.order["located_by"] else found.order[name]


def _address(name: str) -> Callable[[_Found], Any]:
    return lambda found: found.order["ship_to"].get(name) or None


def _tax_besides(found: _Found) -> int:
    besides: int = found.order["tax_minor"] - sum(line["tax_minor"] for line in found.lines)
    return besides


def _money(name: str) -> Column:
    return Column(name, Type.MONEY, "currency")


_OF_ORDERS: Final[Sequence[tuple[Column, Callable[[_Found], Any]]]] = (
    (Column("channel"), lambda found: found.channel),
    (Column("external_id"), _is("external_reference")),
    (Column("number", Type.INTEGER), _is("number")),
    (Column("status"), _is("state")),
    (Column("sourcing"), _is("sourcing")),
    (Column("allocation_status"), _is("allocation_status")),
    (Column("fulfilment_status"), _is("fulfilment_status")),
    (Column("placed_at", Type.TIME), _is("placed_at")),
    (Column("taken_in_at", Type.TIME), _is("taken_in_at")),
    (Column("updated_at", Type.TIME), _is("updated_at")),
    (Column("promised_by", Type.TIME), _is("promised_by")),
    (Column("customer_ref"), _is("customer_reference")),
    (Column("priority"), lambda found: Priority(found.order["priority"]).name),
    (Column("stock_policy"), _is("stock_policy")),
    (Column("split_policy"), _is("split_policy")),
    (Column("max_shipments", Type.INTEGER), _is("max_shipments")),
    (Column("tags", Type.TEXTS), _is("tags")),
    (Column("currency"), _is("currency")),
    (_money("subtotal"), _is("subtotal_minor")),
    (_money("merchant_discounts"), _is("merchant_discount_minor")),
    (_money("platform_discounts"), _is("platform_discount_minor")),
    (_money("shipping"), _is("shipping_minor")),
    (_money("tax"), _tax_besides),
    (_money("all_tax"), _is("tax_minor")),
    (_money("total"), _is("total_minor")),
    (Column("units", Type.INTEGER), _is("units")),
    (Column("units_cancelled", Type.INTEGER), _is("units_cancelled")),
    (Column("units_allocated", Type.INTEGER), _is("units_allocated")),
    (Column("units_shipped", Type.INTEGER), _is("units_shipped")),
    (Column("units_delivered", Type.INTEGER), _is("units_delivered")),
    (Column("ship_to.name"), _address("name")),
    (Column("ship_to.line1"), _address("line1")),
    (Column("ship_to.line2"), _address("line2")),
    (Column("ship_to.city"), _address("city")),
    (Column("ship_to.region"), _address("region")),
    (Column("ship_to.postcode"), _address("postcode")),
    (Column("ship_to.country"), _address("country_code")),
    (Column("ship_to.phone"), _address("phone")),
    (Column("ship_to.lat", Type.NUMBER), _stated("latitude")),
    (Column("ship_to.lon", Type.NUMBER), _stated("longitude")),
)
_OF_LINES: Final[Sequence[tuple[Column, str]]] = (
    (Column("lines.position", Type.INTEGER), "position"),
    (Column("lines.sku"), "sku"),
    (Column("lines.name"), "name"),
    (Column("lines.qty", Type.INTEGER), "quantity"),
    (_money("lines.unit_price"), "unit_price_minor"),
    (_money("lines.discount"), "merchant_discount_minor"),
    (_money("lines.platform_discount"), "platform_discount_minor"),
    (_money("lines.tax"), "tax_minor"),
    (Column("lines.cancelled", Type.INTEGER), "cancelled"),
    (Column("lines.allocated", Type.INTEGER), "allocated"),
    (Column("lines.shipped", Type.INTEGER), "shipped"),
    (Column("lines.delivered", Type.INTEGER), "delivered"),
)
ORDERS: Final = Kind(
    name="ORDERS",
    columns=[*(column for column, _ in _OF_ORDERS), *(column for column, _ in _OF_LINES)],
    page=_page,
    rows=_rows,
    document=_document,
)
