"""How many orders an allocation round takes: what fits a short transaction, at the pace of the last one."""

import pytest

from workers.jobs.allocate import BATCH_MIN, ROUND_AIM_S, next_batch


@pytest.mark.parametrize(
    ("batch", "seconds", "then"),
    [
        (100, ROUND_AIM_S, 100),
        (100, ROUND_AIM_S * 1.25, 80),
        (80, ROUND_AIM_S * 0.8, 100),
        (100, ROUND_AIM_S / 10, 200),  # at most twice
        (160, ROUND_AIM_S * 10, 80),  # at least half
        (60, ROUND_AIM_S * 10, BATCH_MIN),
        (400, ROUND_AIM_S / 10, 500),
    ],
)
def test_a_batch_follows_the_pace(batch: int, seconds: float, then: int) -> None:
    assert next_batch(batch, seconds, 500) == then


def test_one_slow_round_does_not_keep_batches_small() -> None:
    fixed_s, order_s = 0.01, 0.0004
    batch = next_batch(50, 1.0, 500)
    for _ in range(12):
        batch = next_batch(batch, fixed_s + batch * order_s, 500)
    assert batch == pytest.approx((ROUND_AIM_S - fixed_s) / order_s, abs=2)


def test_a_small_limit_is_kept() -> None:
    assert next_batch(5, 0.01, 5) == 5
