"""The text of an API key."""

import base64
import re

import pytest

from domain.access.tokens import Token, digest_of, matches, new_token, parse_token

PEPPER = b"pepper"


def test_a_token_has_its_form() -> None:
    token = new_token()
    assert re.fullmatch(r"forebay_[a-z0-9]{10}_[A-Za-z0-9_-]{43}", str(token))
    assert len(base64.urlsafe_b64decode(token.secret + "=")) == 32
    assert parse_token(str(token)) == token


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(1_000)}) == 1_000


def test_a_secret_may_hold_the_separator() -> None:
    secret = "_" * 43
    assert parse_token(f"forebay_abcdefghjk_{secret}") == Token("abcdefghjk", secret)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "x",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.upper(),
        lambda text: text.replace("forebay", "forebays"),
        lambda text: text[:-1] + "=",
        lambda text: text[:-1] + "ü",
        lambda _: "",
    ],
)
def test_what_is_malformed_is_none(change: object) -> None:
    assert callable(change)
    assert parse_token(change(str(new_token()))) is None


def test_a_digest_depends_on_secret_and_pepper() -> None:
    token, other = new_token(), new_token()
    digest = digest_of(token, PEPPER)
    assert len(digest) == 32
    assert matches(token, digest, PEPPER)
    assert not matches(other, digest, PEPPER)
    assert not matches(token, digest, b"salt")


def test_a_repr_keeps_the_secret() -> None:
    token = new_token()
    assert token.secret not in repr(token)
