"""Fields of a JSON document, read strictly: whatever is wrong is told with its path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.sourcing.optimising.model import Ints, Reals


class BadInstance(Exception):
    """The file is no instance; the message begins with the path of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Inclusive bounds."""

    low: float
    high: float

    def refuse(self, path: str, value: object) -> BadInstance:
        return BadInstance(f"{path}: {_shown(value)} is not between {self.low:,.10g} and {self.high:,.10g}")


def entry(owner: object, name: str, path: str = "") -> object:
    """A field that must be there."""
    if not isinstance(owner, Mapping):
        raise BadInstance(f"{path or 'the document'}: an object was expected, not {_shown(owner)}")
    if name not in owner:
        raise BadInstance(f"{_join(path, name)}: missing")
    found: object = owner[name]
    return found


def array(owner: object, name: str, path: str = "") -> Sequence[object]:
    found = entry(owner, name, path)
    if not isinstance(found, list):
        raise BadInstance(f"{_join(path, name)}: an array was expected, not {_shown(found)}")
    return found


def whole(owner: object, name: str, span: Span) -> int:
    return int(_wholes([entry(owner, name)], [name], span)[0])


def wholes(owner: object, name: str, span: Span, path: str = "") -> Ints:
    """An array of whole numbers."""
    found, label = array(owner, name, path), _join(path, name)
    return _wholes(found, _Paths(label, "", len(found)), span)


def reals(owner: object, name: str, span: Span) -> Reals:
    found = array(owner, name)
    return _reals(found, _Paths(name, "", len(found)), span)


def column(rows: Sequence[object], label: str, name: str, span: Span) -> Ints:
    """The same field of each object of an array, whole."""
    return _wholes(_column(rows, label, name), _Paths(label, f".{name}", len(rows)), span)


def real_column(rows: Sequence[object], label: str, name: str, span: Span) -> Reals:
    return _reals(_column(rows, label, name), _Paths(label, f".{name}", len(rows)), span)


def cells(rows: Sequence[object], label: str, place: int, span: Span) -> Ints:
    """The same place of each array of an array, whole."""
    return _wholes(
        [row[place] for row in rows if isinstance(row, list)], _Paths(label, f"[{place}]", len(rows)), span
    )


@dataclass(frozen=True, slots=True)
class _Paths:
    """What the fields of an array are called."""

    label: str
    suffix: str
    size: int

    def __getitem__(self, place: int) -> str:
        return f"{self.label}[{place}]{self.suffix}"


def _column(rows: Sequence[object], label: str, name: str) -> list[object]:
    return [
        row[name] if type(row) is dict and name in row else entry(row, name, f"{label}[{place}]")
        for place, row in enumerate(rows)
    ]


def _wholes(found: Sequence[object], paths: "_Paths | list[str]", span: Span) -> Ints:
    _require(found, paths, {int}, "a whole number")
    return np.array(_bounded(found, paths, span), dtype=np.int64)


def _reals(found: Sequence[object], paths: "_Paths | list[str]", span: Span) -> Reals:
    _require(found, paths, {int, float}, "a number")
    return np.array(_bounded(found, paths, span), dtype=np.float64)


def _require(found: Iterable[object], paths: "_Paths | list[str]", kinds: set[type], wanted: str) -> None:
    for place, value in enumerate(found):
        if type(value) not in kinds:  # bool is no number here
            raise BadInstance(f"{paths[place]}: {wanted} was expected, not {_shown(value)}")


def _bounded(found: Sequence[object], paths: "_Paths | list[str]", span: Span) -> Sequence[object]:
    for place, value in enumerate(found):
        if isinstance(value, int | float) and not span.low <= value <= span.high:
            raise span.refuse(paths[place], value)
    return found


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    text = {dict: "an object", list: "an array", type(None): "null"}.get(type(value)) or repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
