"""Lines: every cent of an order stays, however it is divided, and what does not add up is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channels.adapters.contract import Unreadable
from domain.channels.adapters.lines import (
    ZERO,
    Charges,
    Item,
    raw_lines,
    rounded,
    settled,
    shared_out,
    smallest,
)
from domain.channels.raw_order import RawLine
from domain.shared.money import exponent

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


@st.composite
def priced(draw: st.DrawFn, currency: str) -> Item:
    """An item whose discounts are no more than its price, all in whole minor units."""
    price = draw(st.integers(0, 10**7))
    platform = draw(st.integers(0, price))
    merchant = draw(st.integers(0, price - platform))
    minor = [price, platform, merchant, draw(st.integers(0, 10**6))]
    amounts = [Decimal(each).scaleb(-exponent(currency)) for each in minor]
    return Item(
        sku=draw(st.sampled_from(["MUG-1", "TEA-2", "JAR-3"])),
        quantity=draw(st.integers(1, 60)),
        price=amounts[0],
        platform_discount=amounts[1],
        merchant_discount=amounts[2],
        tax=amounts[3],
    )


def orders(currency: str) -> st.SearchStrategy[list[Item]]:
    return st.lists(priced(currency), min_size=1, max_size=8)


def costs(line: RawLine) -> Decimal:
    platform, merchant, tax = (
        Decimal(text or 0) for text in (line.platform_discount, line.merchant_discount, line.tax)
    )
    assert platform + merchant <= Decimal(line.unit_price) * line.quantity
    return Decimal(line.unit_price) * line.quantity - platform - merchant + tax


@given(st.data(), CURRENCIES)
def test_lines_cost_what_their_items_do_and_have_all_units(data: st.DataObject, currency: str) -> None:
    items = data.draw(orders(currency))
    lines = raw_lines(items, currency)
    assert sum(map(costs, lines), ZERO) == sum((item.charged for item in items), ZERO)
    assert sum(line.quantity for line in lines) == sum(item.quantity for item in items)
    assert len({line.sku for line in lines}) == len(lines)
    for line in lines:
        assert Decimal(line.unit_price) % smallest(currency) == 0


@given(st.data(), CURRENCIES)
def test_a_discount_of_the_order_is_shared_out_to_the_last_unit(data: st.DataObject, currency: str) -> None:
    items = data.draw(orders(currency))
    most = int(sum((item.net for item in items), ZERO) / smallest(currency))
    amount = data.draw(st.integers(0, most)) * smallest(currency)
    shared = shared_out(amount, items, currency)
    assert sum((item.net for item in items), ZERO) - sum((item.net for item in shared), ZERO) == amount
    assert all(item.net >= 0 for item in shared)


@given(st.data(), st.integers(-3, 3))
def test_rounding_is_settled_to_the_total(data: st.DataObject, off_minor: int) -> None:
    items = data.draw(orders("EUR"))
    charges = Charges(items=tuple(items), shipping=Decimal("4.90"), tax=Decimal("0.93"))
    total = charges.total + Decimal(off_minor).scaleb(-2)
    whole = settled(charges, total, "EUR")
    assert whole.total == total
    assert whole.tax >= charges.tax


@pytest.mark.parametrize("total", ["20.04", "19.96"])
def test_more_than_rounding_is_refused(total: str) -> None:
    charges = Charges(items=(Item(sku="MUG-1", quantity=2, price=Decimal(20)),))
    with pytest.raises(Unreadable, match=f"add up to 20.00, but the customer pays {total}"):
        settled(charges, Decimal(total), "EUR")


@given(st.data())
def test_a_share_of_units_and_the_rest_differ_from_the_whole_by_rounding_only(data: st.DataObject) -> None:
    item = data.draw(priced("EUR"))
    kept = data.draw(st.integers(0, item.quantity))
    apart = item.of(kept, "EUR").charged + item.of(item.quantity - kept, "EUR").charged
    assert abs(apart - item.charged) <= Decimal("0.04")
    assert rounded(item.of(item.quantity, "EUR").charged, "EUR") == item.charged


def test_what_does_not_ship_is_no_line() -> None:
    mug = Item(sku="MUG-1", quantity=1, price=Decimal("5.00"))
    card = Item(sku="GIFT", quantity=1, price=Decimal("50.00"), ships=False)
    assert [line.sku for line in raw_lines([mug, card], "EUR")] == ["MUG-1"]
