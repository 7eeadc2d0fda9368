"""All ways to part an order's lines into shipments, as tables that numpy can add up."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domain.sourcing.optimising.model import Flags, Ints

_NONE = -1  # a line that stays unfilled


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """Q ways to part n lines into at most k shipments.

    A set of lines is its position in `sets`; the position after the last is the empty set.
    """

    sets: Flags  # (nS, n) which lines; small sets first
    parts: Ints  # (Q, k) the sets that ship
    part_of: Ints  # (Q, n) which part a line is in; k is none
    unfilled: Ints  # (Q,) lines


@lru_cache(maxsize=256)
def patterns(lines: int, shipments: int, *, whole: bool, keep: int = 0) -> Patterns:
    """`whole`: the order ships everything or nothing. `keep`: a bit for each line that must ship."""
    found = [labels for labels in _labels(lines, shipments, whole=whole) if not keep & _left(labels)]
    labels = np.array(found, dtype=np.int64).reshape(-1, lines)
    masks = _masks(labels, shipments)
    used = sorted({int(mask) for mask in masks.flat if mask}, key=lambda mask: (mask.bit_count(), mask))
    position = {mask: at for at, mask in enumerate(used)} | {0: len(used)}
    return Patterns(
        sets=np.array([[mask >> line & 1 for line in range(lines)] for mask in used], dtype=np.bool_),
        parts=np.array([[position[int(mask)] for mask in row] for row in masks], dtype=np.int64),
        part_of=np.where(labels == _NONE, shipments, labels),
        unfilled=(labels == _NONE).sum(axis=1),
    )


def _left(labels: tuple[int, ...]) -> int:
    return sum(1 << line for line, label in enumerate(labels) if label == _NONE)


def _masks(labels: Ints, shipments: int) -> Ints:
    bits = 1 << np.arange(labels.shape[1])
    return np.stack([(bits * (labels == part)).sum(axis=1) for part in range(shipments)], axis=1)


def _labels(lines: int, shipments: int, *, whole: bool) -> Iterator[tuple[int, ...]]:
    """Each line's shipment; a shipment is numbered when its first line comes, so that none repeats."""
    yield (_NONE,) * lines
    for found in _grown((), lines, shipments, whole=whole):
        if max(found) > _NONE:
            yield found


def _grown(head: tuple[int, ...], lines: int, shipments: int, *, whole: bool) -> Iterator[tuple[int, ...]]:
    if len(head) == lines:
        yield head
        return
    known = max(head, default=_NONE) + 1
    for label in range(0 if whole else _NONE, min(known + 1, shipments)):
        yield from _grown((*head, label), lines, shipments, whole=whole)


@lru_cache(maxsize=256)
def ranked(lines: int, shipments: int, ranks: int, *, whole: bool, keep: int = 0) -> Patterns:
    """The same, each part from its set's best to its `ranks`-th best warehouse: the set `rank * nS + set`.

    Of a pattern's `ranks` best ways none is missed: one with ranks a, b, c (from 0) has
    (a + 1)(b + 1)(c + 1) - 1 others that are no worse.
    """
    plain = patterns(lines, shipments, whole=whole, keep=keep)
    empty = len(plain.sets)
    rows = [
        (
            pattern,
            tuple(
                at if at == empty else rank * empty + at for at, rank in zip(parts, combination, strict=True)
            ),
        )
        for pattern, parts in enumerate(plain.parts.tolist())
        for combination in _ranks(sum(at != empty for at in parts), len(parts), ranks)
    ]
    which = np.array([pattern for pattern, _ in rows])
    parts = np.array([parts for _, parts in rows], dtype=np.int64)
    return Patterns(
        sets=plain.sets,
        parts=np.where(plain.parts[which] == empty, ranks * empty, parts),
        part_of=plain.part_of[which],
        unfilled=plain.unfilled[which],
    )


def _ranks(used: int, parts: int, ranks: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        yield ()
        return
    for rank in range(ranks if used else 1):
        for rest in _ranks(max(used - 1, 0), parts - 1, ranks // (rank + 1)):
            yield (rank, *rest)
