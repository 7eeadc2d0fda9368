"""The text of an API key: `forebay_<prefix>_<secret>`. Pure.

The prefix finds the key's row and may be shown; the secret is known to its bearer alone. The row
keeps HMAC-SHA256(pepper, secret): a stolen table opens nothing without the installation's pepper.
A slow password hash would buy nothing here: the secret is 256 random bits.
"""

import hmac
import re
import secrets
from dataclasses import dataclass

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else
PREFIX_LENGTH = 10
_TOKEN = re.compile(r"forebay_([a-z0-9]{10})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer's token; `str()` of it is what the bearer sends."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"forebay_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.prefix})"  # logs show reprs


def new_token() -> Token:
    """A fresh token: the secret is 32 random bytes in base64url."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_LENGTH))
    return Token(prefix, secrets.token_urlsafe(32))


def parse_token(text: str) -> Token | None:
    """The token that `text` spells, or None."""
    found = _TOKEN.fullmatch(text)
    return Token(found[1], found[2]) if found else None


def digest_of(token: Token, pepper: bytes) -> bytes:
    """What is stored of the token's secret."""
    return hmac.digest(pepper, token.secret.encode("ascii"), "sha256")


def matches(token: Token, digest: bytes, pepper: bytes) -> bool:
    """Whether `digest` is of this token; takes the same time wherever they differ."""
    return hmac.compare_digest(digest_of(token, pepper), digest)
