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
    reduced,
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


@given(st.data(), CURRENCIES)
def test_what_an_order_is_reduced_by_takes_no_part_of_it_below_zero(
    data: st.DataObject, currency: str
) -> None:
    unit = smallest(currency)
    shipping, tax = (data.draw(st.integers(0, 900)) * unit for _ in range(2))
    charges = Charges(items=tuple(data.draw(orders(currency))), shipping=shipping, tax=tax)
    goods = sum((item.net for item in charges.items), ZERO)
    taxes = sum((item.tax for item in charges.items), ZERO)
    off = data.draw(st.integers(0, int((goods + shipping) / unit))) * unit
    off_tax = data.draw(st.integers(0, int((taxes + tax) / unit))) * unit
    less = reduced(charges, off, off_tax, currency)
    assert less.total == charges.total - off - off_tax
    assert all(item.net >= 0 and item.tax >= 0 for item in less.items)
    assert less.shipping == shipping - max(off - goods, ZERO) >= 0
    assert less.tax == tax - max(off_tax - taxes, ZERO) >= 0


@pytest.mark.parametrize(("shipping", "tax"), [("-0.02", "0.00"), ("0.00", "-0.40"), ("-0.01", "-0.01")])
def test_what_is_below_zero_beside_the_lines_is_taken_off_them(shipping: str, tax: str) -> None:
    item = Item(sku="MUG-1", quantity=2, price=Decimal(20), tax=Decimal(4))
    charges = Charges(items=(item,), shipping=Decimal(shipping), tax=Decimal(tax))
    whole = settled(charges, charges.total, "EUR")
    assert (whole.total, whole.shipping, whole.tax) == (charges.total, ZERO, ZERO)
    assert whole.items[0].net == 20 + Decimal(shipping)
    assert whole.items[0].tax == 4 + Decimal(tax)


def test_a_cent_too_much_is_taken_off_shipping_where_the_goods_cost_nothing() -> None:
    charges = Charges(items=(Item(sku="GIFT", quantity=1, price=ZERO),), shipping=Decimal("4.90"))
    whole = settled(charges, Decimal("4.89"), "EUR")
    assert (whole.items[0].net, whole.shipping) == (ZERO, Decimal("4.89"))


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
