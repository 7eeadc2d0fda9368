"""What a shipment costs: a fee, the way and the weight, in minor units."""

from collections.abc import Iterable, Sequence

from domain.sourcing.planning.model import CostTerms


def bases_minor(fees_minor: Sequence[int], km: Sequence[float], km_millis: Sequence[int]) -> list[int]:
    """Per warehouse, what a shipment costs before its weight: the fee and the way, truncated per shipment."""
    return [
        fee + int(far * millis / 1000) for fee, far, millis in zip(fees_minor, km, km_millis, strict=True)
    ]


def weight_minor(weight_g: int, kg_minor: int) -> int:
    """The weight's share, rounded half up per line."""
    return (kg_minor * weight_g + 500) // 1000


def weights_minor(weights_g: Sequence[int], kg_minor: int) -> list[int]:
    """The same for each line of an order."""
    return [(kg_minor * weight_g + 500) // 1000 for weight_g in weights_g]


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
