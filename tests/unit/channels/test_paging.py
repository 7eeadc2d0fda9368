"""Numbered pages, read backwards: whatever leaves the list meanwhile, nothing that stays is missed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channels.adapters.paging import backwards


@given(st.integers(0, 60), st.integers(1, 10), st.data())
@settings(deadline=None)
def test_nothing_that_stays_is_missed(orders: int, size: int, data: st.DataObject) -> None:
    window, seen = list(range(orders)), set[int]()
    page: int | None = None
    for _ in range(2 + orders):
        at = ((page or 1) - 1) * size
        seen |= set(window[at : at + size])
        page = backwards(page, -(-len(window) // size))
        if page is None:
            break
        leaving = data.draw(st.sets(st.sampled_from(window), max_size=3) if window else st.just(set[int]()))
        window = [each for each in window if each not in leaving]
    assert page is None
    assert seen >= set(window)
