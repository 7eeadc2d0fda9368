"""Replay a span under two rule sets at once, and list the orders that differ. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.simulating.happenings import Happening, Sourced, World
from domain.sourcing.simulating.replay import Replay
from domain.sourcing.simulating.report import Report, Tally, difference
from domain.sourcing.simulating.shelves import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An order that would have left from elsewhere, or in other parts."""

    was: Sourced  # under the active rules
    would_be: Sourced

    @property
    def order_id(self) -> UUID:
        return self.was.order_id

    @property
    def saved_minor(self) -> int:
        """Less than zero: it would have cost more. What ships fewer units may save for that reason alone."""
        return self.was.cost_minor - self.would_be.cost_minor


class Comparison:
    """Both replays side by side; each has shelves of its own.

    It keeps what one side has settled until the other has, and nothing of an order beyond that.
    """

    def __init__(
        self,
        world: World,
        opening: Mapping[Level, int],
        *,
        baseline: SourcingPolicy,
        candidate: SourcingPolicy,
    ) -> None:
        codes = {site.warehouse_id: site.code for site in world.sites}
        self._baseline = Replay(world, opening, baseline)
        self._candidate = Replay(world, opening, candidate)
        self._was: dict[UUID, Sourced] = {}
        self._would_be: dict[UUID, Sourced] = {}
        self._tallies = [Tally(codes) for _ in range(3)]
        self._changed = 0

    def run(self, happenings: Sequence[Happening], actual: Sequence[Sourced]) -> list[Change]:
        """Go on with what happened next, in turn, and what was really decided; the orders that differ."""
        self._tallies[0].add(actual)
        return self._match(self._baseline.run(happenings), self._candidate.run(happenings))

    def finish(self) -> list[Change]:
        """The span ends: the rest of the orders that differ."""
        return self._match(self._baseline.finish(), self._candidate.finish())

    def report(self) -> Report:
        actual, baseline, candidate = (tally.side() for tally in self._tallies)
        return Report(
            actual=actual,
            baseline=baseline,
            candidate=candidate,
            difference=difference(candidate, baseline),
            orders_changed=self._changed,
        )

    def _match(self, baseline: Sequence[Sourced], candidate: Sequence[Sourced]) -> list[Change]:
        self._tallies[1].add(baseline)
        self._tallies[2].add(candidate)
        self._was.update((one.order_id, one) for one in baseline)
        self._would_be.update((one.order_id, one) for one in candidate)
        settled = [one.order_id for one in (*baseline, *candidate)]
        changes = [
            Change(was=self._was.pop(order_id), would_be=self._would_be.pop(order_id))
            for order_id in settled
            if order_id in self._was and order_id in self._would_be
        ]
        different = [change for change in changes if change.was.places != change.would_be.places]
        self._changed += len(different)
        return different
