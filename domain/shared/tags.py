"""Tags: words that people and channels put on an order, which filters and routings look at. Pure."""

from collections.abc import Collection

from domain.shared.refusal import InvalidInput
from domain.shared.text import InvalidText, require_text

TAGS_MAX = 20
TAG_LENGTH_MAX = 50


class InvalidTags(InvalidInput):
    """The order cannot carry these tags; `field` is the path to the first that is wrong."""

    code = "INVALID_TAGS"


def tags_of(stated: Collection[str], *, field: str = "tags") -> tuple[str, ...]:
    """The tags that `stated` names: trimmed, each once, sorted. Upper and lower case are two.

    Raises:
        InvalidTags: one is empty, too long or has control characters, or they are too many.
    """
    tags = tuple(sorted({_tag(text, f"{field}[{at}]") for at, text in enumerate(stated)}))
    require_few(tags, field=field)
    return tags


def require_few(tags: Collection[str], *, field: str = "tags") -> None:
    """Raise InvalidTags if an order cannot carry so many."""
    if len(tags) > TAGS_MAX:
        raise InvalidTags(f"An order carries up to {TAGS_MAX} tags, not {len(tags)}.", field=field)


def _tag(text: str, field: str) -> str:
    try:
        tag = require_text(text, field=field, longest=TAG_LENGTH_MAX, least=1)
    except InvalidText as wrong:
        raise InvalidTags(wrong.message, field=field) from wrong
    if any(character < " " or character == "\x7f" for character in tag):
        raise InvalidTags("Must be one line of text without control characters.", field=field)
    return tag
