"""Cells as text, alike in every format that has them as text."""

from datetime import UTC, datetime

from domain.shared.money import to_decimal


def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decimal_text(minor: int, currency: str) -> str:
    """Minor units as an amount in the currency's main unit."""
    return str(to_decimal(minor, currency))
