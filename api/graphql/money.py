"""Money as clients see it."""

from decimal import Decimal

import strawberry

from domain.shared.money import to_decimal


@strawberry.type(description="An amount in a currency.")
class Money:
    """An amount in a currency."""

    amount: Decimal = strawberry.field(description="In the currency's major unit, exactly.")
    currency_code: str = strawberry.field(description="ISO 4217, such as EUR.")


def money(minor: int, currency: str) -> Money:
    """Minor units as Money."""
    return Money(amount=to_decimal(minor, currency), currency_code=currency)
