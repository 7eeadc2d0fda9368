"""Where a package's licence is."""

import re
from collections.abc import Iterator
from pathlib import Path

_NAMES = re.compile(r"(licen[cs]e|notice|thirdpartynotices)(\b|-|\.)", re.IGNORECASE)
# Published without the text, which is that of the repository that they come from; another package brings it.
_FROM_THE_SAME_HOUSE = {
    "@graphiql/plugin-doc-explorer": "graphiql",
    "@graphiql/plugin-history": "graphiql",
    "react-compiler-runtime": "react",
    "react-remove-scroll-bar": "react-remove-scroll",
}


def licence_texts(modules: Path, package: str) -> Iterator[Path]:
    """The licence's files.

    Raises:
        LookupError: there are none; look for them where the package comes from.
    """
    source = modules / _FROM_THE_SAME_HOUSE.get(package, package)
    near = [*source.glob("*"), *source.glob("licenses/*")]
    found = sorted(path for path in near if path.is_file() and _NAMES.match(path.name))
    if not found:
        raise LookupError(f"{package} is published without its licence")
    yield from found
