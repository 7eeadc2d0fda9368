"""The keys that credentials are sealed with: the first one seals, every one opens.

Source: AES-256-GCM with 96-bit random nonces, NIST SP 800-38D, section 8.2.2.
"""

import binascii
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.shared.settings import Settings, settings

KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
# Raised when what is sealed, or what it is bound to, changes its form.
_FORM = b"forebay credentials 1"


class CredentialsKeysMissingError(RuntimeError):
    """No key is configured, so credentials can be neither written nor read."""


class CredentialsKeysError(RuntimeError):
    """The configured keys are not `keyid:base64` of 32 bytes each."""


class Unopened(Exception):
    """A sealed value cannot be opened: its key is not configured any more, or it was tampered with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A value as it is stored."""

    key_id: str
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Seals with the key `first`, opens with any."""

    first: str
    keys: Mapping[str, AESGCM]

    def seal(self, value: str, *, owner_id: UUID, name: str) -> Sealed:
        """`value`, bound to its owner (a channel, an endpoint) and its name."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.keys[self.first].encrypt(nonce, value.encode(), _bound_to(owner_id, name))
        return Sealed(key_id=self.first, nonce=nonce, sealed=sealed)

    def open(self, sealed: Sealed, *, owner_id: UUID, name: str) -> str:
        """The value that was sealed for this owner and name.

        Raises:
            Unopened: its key is unknown, or it is not what was sealed.
        """
        key = self.keys.get(sealed.key_id)
        if key is None:
            raise Unopened(
                f"credential {name} is sealed with the key {sealed.key_id}, which is not configured"
            )
        try:
            return key.decrypt(sealed.nonce, sealed.sealed, _bound_to(owner_id, name)).decode()
        except InvalidTag:
            raise Unopened(f"credential {name} is not what was sealed with the key {sealed.key_id}") from None


def _bound_to(owner_id: UUID, name: str) -> bytes:
    return b"\x00".join((_FORM, owner_id.bytes, name.encode()))


def new_key(key_id: str) -> str:
    """A fresh random key as it is configured: `keyid:base64`."""
    return f"{key_id}:{b64encode(AESGCM.generate_key(KEY_BYTES * 8)).decode()}"


def read_keys(text: str) -> Keyring:
    """The keys of `text`, separated by white space or commas.

    Raises:
        CredentialsKeysError: one of them is none; never quotes it.
    """
    keys: dict[str, AESGCM] = {}
    for number, word in enumerate(re.split(r"[\s,]+", text.strip()), 1):
        key_id, _, encoded = word.partition(":")
        key = _bytes_of(encoded)
        if not _KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
            raise CredentialsKeysError(f"Credentials key {number} is not keyid:base64 of {KEY_BYTES} bytes.")
        if key_id in keys:
            raise CredentialsKeysError(f"Two credentials keys are called {key_id}.")
        keys[key_id] = AESGCM(key)
    return Keyring(first=next(iter(keys)), keys=keys)


def _bytes_of(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def keyring() -> Keyring:
    """The installation's keys, from FOREBAY_CREDENTIALS_KEYS or the file FOREBAY_CREDENTIALS_KEYS_FILE.

    Raises:
        CredentialsKeysMissingError, CredentialsKeysError: a fault of the installation, not of a caller.
    """
    return _keyring(settings())


@lru_cache(maxsize=1)
def _keyring(given: Settings) -> Keyring:
    text = given.credentials_keys.get_secret_value()
    if not text.strip() and given.credentials_keys_file is not None:
        text = given.credentials_keys_file.read_text(encoding="utf-8")
    if not text.strip():
        raise CredentialsKeysMissingError(
            "Set FOREBAY_CREDENTIALS_KEYS, or FOREBAY_CREDENTIALS_KEYS_FILE, to keyid:base64 of 32 random "
            "bytes and keep it: channels' credentials depend on it."
        )
    return read_keys(text)
