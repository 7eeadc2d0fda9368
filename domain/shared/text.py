"""Text as it comes in: bounded, and free of what PostgreSQL cannot store."""

from domain.shared.refusal import InvalidInput


class InvalidText(InvalidInput):
    """The text is empty where it must not be, too long, or has characters that cannot be stored."""

    code = "INVALID_TEXT"


def require_text(text: str, *, field: str, longest: int = 1_000, least: int = 0) -> str:
    """`text` without surrounding white space, if it has `least` to `longest` characters.

    Raises:
        InvalidText: otherwise, or when it contains NUL or an unpaired surrogate.
    """
    stripped = text.strip()
    if not least <= len(stripped) <= longest:
        raise InvalidText(f"Must have {least} to {longest} characters.", field=field)
    if "\x00" in stripped or not _encodable(stripped):
        raise InvalidText(
            "Contains a character that cannot be stored (NUL or a lone surrogate).", field=field
        )
    return stripped


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
