"""SQL with named parameters: a report's query names what it uses of what every report may use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# not the second colon of a cast
_NAME = re.compile(r"(?<!:):([a-z][a-z_0-9]*)")


@dataclass(frozen=True, slots=True)
class Query:
    """A statement with numbered parameters, and their names in that order."""

    text: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Query":
        """`text`, in which `:name` stands for a parameter."""
        names = tuple(dict.fromkeys(_NAME.findall(text)))
        return cls(_NAME.sub(lambda found: f"${names.index(found[1]) + 1}", text), names)

    def arguments(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values of its parameters."""
        return [parameters[name] for name in self.names]
