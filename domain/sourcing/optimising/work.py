"""How much may still be done, counted and not clocked, so that a slow machine plans the same."""

from collections.abc import Callable
from dataclasses import dataclass

# What one core of 2024 does in a second, on the cautious side. One unit is one way of serving a set of
# lines, or one cell of a pattern table, looked at; SIMPLEX of them are one iteration of the simplex method.
WORK_PER_S = 40_000_000
SIMPLEX = 10_000

Progress = Callable[[str, float], None]  # what is being done, and the fraction of the stage that is


def silent(stage: str, fraction: float) -> None:
    """For whoever does not want to know."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """`limit` is where searching stops; what a valid plan needs is done all the same."""

    limit: int | None
    progress: Progress = silent
    spent: int = 0

    def spend(self, units: int) -> None:
        self.spent += units

    def over(self, share: float = 1.0) -> bool:
        """Whether this share of the limit is used up."""
        return self.limit is not None and self.spent >= share * self.limit

    def affords(self, units: int, most: int) -> int:
        """How many steps of so many units may still be made, `most` at most."""
        if self.limit is None:
            return most
        return max(0, min(most, (self.limit - self.spent) // units))


def limit_of(seconds: float | None) -> int | None:
    """The work that fits in so much time; None is without limit."""
    return None if seconds is None else int(seconds * WORK_PER_S)
