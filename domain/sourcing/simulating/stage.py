"""Set a span of the past up for two rule sets side by side."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.sourcing.planning.model import SourcingPolicy
from domain.sourcing.rules.definition import BidPricing
from domain.sourcing.simulating.compare import Comparison
from domain.sourcing.simulating.read_known import PAST, PRICED_EVERY, foreseeing
from domain.sourcing.simulating.read_past import (
    PIECE_LONGEST,
    Now,
    Piece,
    Span,
    read_now,
    read_opening,
    read_pieces,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A comparison that has seen nothing yet, and what it is to be told, piece after piece."""

    now: Now
    comparison: Comparison
    pieces: AsyncIterator[Piece]


async def set_up(span: Span, *, baseline: SourcingPolicy, candidate: SourcingPolicy) -> Stage:
    """Read how the span began. What past days were like is read along only where a rule set counts bid prices."""
    priced = BidPricing.ON in (baseline.rules.bid_prices, candidate.rules.bid_prices)
    now = await read_now(span)
    opening = await read_opening(span, since=span.from_at - PAST if priced else None)
    pieces = read_pieces(
        span,
        now,
        variants=frozenset(variant_id for variant_id, _ in opening),
        currency=baseline.currency,
        longest=PRICED_EVERY if priced else PIECE_LONGEST,
    )
    return Stage(
        now=now,
        comparison=Comparison(now.world, opening, baseline=baseline, candidate=candidate),
        pieces=foreseeing(pieces, span, now) if priced else pieces,
    )
