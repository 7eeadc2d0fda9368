"""Money: integer minor units and an ISO 4217 currency, with decimals only at the edge."""

from decimal import Decimal

# Currencies whose minor unit is not a hundredth. Source: ISO 4217:2015, list one.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
# Every amount stays below this, so that sums over millions of rows fit a bigint.
AMOUNT_MAX_MINOR = 10**13


class NotRepresentable(ValueError):
    """The amount is no finite, in-range multiple of the currency's minor unit."""


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has: 2 for EUR, 0 for JPY."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units, exactly.

    Raises:
        NotRepresentable: it is NaN or infinite, has a fraction of a minor unit, or exceeds
            AMOUNT_MAX_MINOR.
    """
    if not amount.is_finite() or amount.adjusted() > 15:
        raise NotRepresentable(f"{amount} is out of range")
    minor = amount.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise NotRepresentable(f"{amount} has more decimals than {currency}")
    if abs(minor) > AMOUNT_MAX_MINOR:
        raise NotRepresentable(f"{amount} is out of range")
    return int(minor)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Minor units as a decimal amount with the currency's number of decimals."""
    return Decimal(minor).scaleb(-exponent(currency))
