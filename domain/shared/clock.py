"""The present, for whoever stands at the edge; use cases are told the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
