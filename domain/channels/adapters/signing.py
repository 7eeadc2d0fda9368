"""What adapters share in judging signatures: all in constant time, all that is malformed is a BadSignature."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from domain.channels.adapters.contract import BadSignature


def hmac_sha256(secret: str, signed: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) of the bytes, in base64."""
    return b64encode(hmac.new(secret.encode(), signed, sha256).digest()).decode()


def require_hmac(credentials: Mapping[str, str], name: str, signed: bytes, stated: str | None) -> None:
    """Refuse unless `stated` is the HMAC of the bytes by the credential of that name.

    Raises:
        BadSignature: it is not, or there is no signature, or no secret to judge it by.
    """
    secret = credentials.get(name)
    if not secret:
        raise BadSignature(f"the channel has no {name}")
    require_same(hmac_sha256(secret, signed), stated)


def require_same(wanted: str, stated: str | None) -> None:
    """Refuse unless the two are the same text.

    Raises:
        BadSignature: they are not.
    """
    if not stated or not hmac.compare_digest(wanted.encode(), stated.encode(errors="replace")):
        raise BadSignature("the signature is missing or wrong")
