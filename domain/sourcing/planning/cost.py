"""What a shipment costs: a fee, the way and the weight, in minor units."""

from collections.abc import Iterable

from domain.sourcing.planning.model import CostTerms


def km_minor(distance_km: float, km_millis: int) -> int:
    """The way's share, truncated per shipment."""
    return int(distance_km * km_millis / 1000)


def weight_minor(weight_g: int, kg_minor: int) -> int:
    """The weight's share, rounded half up per line."""
    return (kg_minor * weight_g + 500) // 1000


def together(terms: Iterable[CostTerms]) -> CostTerms:
    """The terms of several shipments as one."""
    parts = tuple(terms)
    return CostTerms(
        shipment_minor=sum(part.shipment_minor for part in parts),
        km_minor=sum(part.km_minor for part in parts),
        weight_minor=sum(part.weight_minor for part in parts),
    )


def money(amount_minor: int, exponent: int) -> str:
    """Minor units as a decimal text: 810 with exponent 2 is "8.10"."""
    if exponent == 0:
        return str(amount_minor)
    sign = "-" if amount_minor < 0 else ""
    whole, rest = divmod(abs(amount_minor), 10**exponent)
    return f"{sign}{whole}.{rest:0{exponent}d}"
