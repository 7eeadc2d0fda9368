"""Sealing: bound to channel and field, with the first key, opened by any that is still there."""

from uuid import UUID

import pytest

from domain.channels.credentials.keyring import (
    CredentialsKeysError,
    Keyring,
    Sealed,
    Unopened,
    new_key,
    read_keys,
)

ONE, TWO = UUID(int=1), UUID(int=2)
OLD, NEW = new_key("old"), new_key("new")
LONG = "QUFB" * 10 + "QUE="  # of 32 bytes


def sealed(keys: Keyring, value: str = "s3cret") -> Sealed:
    return keys.seal(value, owner_id=ONE, name="secret")


def test_what_is_sealed_is_opened_and_looks_different_each_time() -> None:
    keys = read_keys(OLD)
    first, second = sealed(keys), sealed(keys)
    assert keys.open(first, owner_id=ONE, name="secret") == "s3cret"
    assert (first.nonce, first.sealed) != (second.nonce, second.sealed)
    assert b"s3cret" not in first.sealed


@pytest.mark.parametrize(("channel", "name"), [(TWO, "secret"), (ONE, "token")])
def test_a_value_is_good_only_in_its_place(channel: UUID, name: str) -> None:
    keys = read_keys(OLD)
    with pytest.raises(Unopened):
        keys.open(sealed(keys), owner_id=channel, name=name)


def test_a_flipped_bit_is_seen() -> None:
    keys = read_keys(OLD)
    whole = sealed(keys)
    for at in range(len(whole.sealed)):
        torn = bytearray(whole.sealed)
        torn[at] ^= 1
        with pytest.raises(Unopened):
            keys.open(
                Sealed(key_id=whole.key_id, nonce=whole.nonce, sealed=bytes(torn)),
                owner_id=ONE,
                name="secret",
            )


def test_the_first_key_seals_and_every_one_opens() -> None:
    old, both = read_keys(OLD), read_keys(f"{NEW}\n {OLD},\n".rstrip(",\n"))
    assert sealed(both).key_id == "new"
    assert both.open(sealed(old), owner_id=ONE, name="secret") == "s3cret"
    with pytest.raises(Unopened, match="new"):
        old.open(sealed(both), owner_id=ONE, name="secret")


@pytest.mark.parametrize(
    "text", ["k1", "k1:", ":AAAA", "k1:AAAA", f"K1:{'A' * 43}=", f"k1:{LONG} k1:{LONG}", "k1:" + "!" * 44]
)
def test_keys_that_are_none_are_refused_without_quoting_them(text: str) -> None:
    with pytest.raises(CredentialsKeysError) as fault:
        read_keys(text)
    assert "AAAA" not in str(fault.value)
    assert LONG not in str(fault.value)
