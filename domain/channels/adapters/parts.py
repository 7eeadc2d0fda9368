"""Listings in the batches that platforms take."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def parts(all_: Sequence[T], at_most: int) -> Iterator[Sequence[T]]:
    """Consecutive parts of at most so many."""
    return (all_[start : start + at_most] for start in range(0, len(all_), at_most))
