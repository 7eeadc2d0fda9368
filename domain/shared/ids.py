"""Identifiers: UUIDv7, so that a primary key's index grows at its right edge.

Source: RFC 9562, section 5.7.
"""

from uuid import UUID

import uuid_utils.compat as uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7; later calls in one process sort after earlier ones."""
    return uuid_utils.uuid7()
