"""Global ids: what kind of thing and which one, as an opaque string.

Source: GraphQL Global Object Identification, https://relay.dev/graphql/objectidentification.htm
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from uuid import UUID

import strawberry

from domain.shared.refusal import InvalidInput


class InvalidId(InvalidInput):
    """This is no id of the kind of thing that is asked for here."""

    code = "INVALID_ID"


@strawberry.interface(description="Anything that can be read again by its id alone.")
class Node:
    """Anything that `node(id:)` can read."""

    id: strawberry.ID = strawberry.field(description="Identifies it among everything; opaque.")


def to_global(kind: str, *key: object) -> strawberry.ID:
    """The global id of one `kind`."""
    return strawberry.ID(b64encode(":".join([kind, *map(str, key)]).encode()).decode())


def parse_global(raw: str, *, field: str = "id") -> tuple[str, list[str]]:
    """The kind and the key that `raw` stands for.

    Raises:
        InvalidId: `to_global` never made this.
    """
    try:
        kind, *key = b64decode(raw, validate=True).decode("ascii").split(":")
    except (binascii.Error, ValueError):
        raise InvalidId("This is not an id; take ids from what the API returned.", field=field) from None
    return kind, key


def require_few(ids: Sequence[str], most: int, *, field: str) -> None:
    """Refuse none, or more than are done at once.

    Raises:
        InvalidInput: these are not 1 to `most`.
    """
    if not 1 <= len(ids) <= most:
        raise InvalidInput(f"Name 1 to {most} at a time.", field=field)


def uuids_of(raw: str, kind: str, *, field: str = "id", parts: int = 1) -> Sequence[UUID]:
    """The `parts` UUIDs of a global id of `kind`.

    Raises:
        InvalidId: it is no id, or one of something else.
    """
    found, key = parse_global(raw, field=field)
    if found != kind or len(key) != parts:
        raise InvalidId(f"This is not the id of a {kind}.", field=field)
    try:
        return [UUID(part) for part in key]
    except ValueError:
        raise InvalidId(f"This is not the id of a {kind}.", field=field) from None


def uuid_of(raw: str, kind: str, *, field: str = "id") -> UUID:
    """The UUID of a global id of `kind`; raises InvalidId."""
    return uuids_of(raw, kind, field=field)[0]
