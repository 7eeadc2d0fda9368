"""What adapters share in reading addresses."""

from collections.abc import Iterable


def joined(parts: Iterable[str | None], between: str = ", ") -> str | None:
    """The parts that say something, in one; None if none does."""
    return between.join(part.strip() for part in parts if part and part.strip()) or None


def cut(text: str | None, longest: int) -> str | None:
    """At most so much of it: platforms allow longer fields than labels do."""
    return text[:longest] if text else None
