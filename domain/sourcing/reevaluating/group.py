"""Which moves need each other: what one gives back, another takes. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from domain.sourcing.reevaluating.standing import Move

# Units of a (variant, warehouse), or with no variant: parcels that still leave a warehouse on its next day.
Scarce = tuple[UUID | None, UUID]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A move, and what the plan expects of it, in minor units at today's tariff."""

    move: Move
    saved_minor: int  # less than zero: it costs more, for somebody else's sake
    required_minor: int
    lines_filled: int  # that waited

    @property
    def pays(self) -> bool:
        """Whether it is worth it by itself. What only waits, allocation fills without us."""
        if not self.move.moves_parcels:
            return False
        return self.saved_minor >= self.required_minor or self.lines_filled > 0

    @cached_property
    def needs(self) -> Mapping[Scarce, int]:
        needs: Counter[Scarce] = Counter()
        needs.update(self.move.units)
        needs.update({(None, place): parcels for place, parcels in self.move.parcels.items()})
        return needs


def groups(proposals: Sequence[Proposal], free: Mapping[Scarce, int]) -> list[list[Proposal]]:
    """Moves that happen together or not at all, in an order in which each group finds its units.

    A move that pays and needs nobody stands alone. The others are joined through what they contend for, and
    may count on what groups before theirs give back. What is not in `free` is there in any number.
    """
    left = Counter(dict(free))
    found: list[list[Proposal]] = []
    waiting = list(proposals)
    while True:
        rest = []
        for one in waiting:
            if one.pays and _fits(one, left):
                left.subtract({key: units for key, units in one.needs.items() if key[0] or key in left})
                found.append([one])
            else:
                rest.append(one)
        if len(rest) == len(waiting):
            break
        waiting = rest
    return found + [group for group in _joined(rest, left) if any(one.move.moves_parcels for one in group)]


def _fits(one: Proposal, left: Mapping[Scarce, int]) -> bool:
    return all(units <= 0 or units <= _there(left, key) for key, units in one.needs.items())


def _there(left: Mapping[Scarce, int], key: Scarce) -> int:
    return left.get(key, 0 if key[0] else _PLENTY)


_PLENTY = 1 << 40


def _joined(proposals: Sequence[Proposal], left: Mapping[Scarce, int]) -> list[list[Proposal]]:
    """Connected through that of which they want more than there is."""
    wanted: Counter[Scarce] = Counter()
    for one in proposals:
        wanted.update({key: units for key, units in one.needs.items() if units > 0})
    short = {key for key, units in wanted.items() if units > _there(left, key)}
    contenders: dict[Scarce, list[int]] = defaultdict(list)
    for number, one in enumerate(proposals):
        for key in one.needs.keys() & short:
            contenders[key].append(number)
    leader = list(range(len(proposals)))
    for numbers in contenders.values():
        _unite(leader, numbers)
    together: dict[int, list[Proposal]] = defaultdict(list)
    for number, one in enumerate(proposals):
        together[_leader(leader, number)].append(one)
    return list(together.values())


def _unite(leader: list[int], numbers: Iterable[int]) -> None:
    first, *others = numbers
    for other in others:
        leader[_leader(leader, other)] = _leader(leader, first)


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number
