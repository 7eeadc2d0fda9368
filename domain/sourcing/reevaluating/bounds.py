"""Which orders can be planned together: those whose costs the optimiser's whole numbers hold. Pure."""

from collections.abc import Iterable, Sequence

from domain.sourcing.optimising.model import MONEY_MAX
from domain.sourcing.planning.model import Site, Zone
from domain.sourcing.reevaluating.standing import Standing


def within_bounds(
    standings: Iterable[Standing], sites: Sequence[Site], zones: Sequence[Zone]
) -> list[Standing]:
    """Those without a line whose weight alone costs more than MONEY_MAX at the dearest rate there is.

    The others stay as they are: one of them must not keep the whole house from being planned anew.
    """
    rates = [zone.kg_minor + max((step.kg_minor for step in zone.steps), default=0) for zone in zones]
    dearest = max((site.kg_minor for site in sites), default=0) + max(rates, default=0)
    return [
        one
        for one in standings
        if all(piece.weight_g * piece.units * dearest // 1000 <= MONEY_MAX for piece in one.pieces)
    ]
