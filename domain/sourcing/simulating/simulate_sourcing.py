"""Ask for a simulation: a worker replays past orders under a rule set, which may be a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.give_up import give_up
from domain.jobs.kinds import JobKind
from domain.shared.actor import Actor
from domain.shared.database import fetch_value, transactional
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.sourcing.rule_sets.refusals import UnknownRuleSet
from domain.sourcing.simulating.models import Simulation, SimulationState

SPAN_MAX = timedelta(days=31)
_RULE_SET = "SELECT id FROM rule_sets WHERE id = $1 FOR KEY SHARE"


class InvalidSpan(InvalidInput):
    """A simulation's span must begin before it ends, end in the past, and have up to 31 days."""

    code = "INVALID_SPAN"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulateSourcing:
    """Replay the orders first sourced from `from_at` until `to_at` under these rules."""

    rule_set_id: UUID
    from_at: datetime
    to_at: datetime


@transactional
async def simulate_sourcing(ask: SimulateSourcing, *, by: Actor, now: datetime) -> UUID:
    """Have the span replayed; the simulation's id. Neither stock nor orders are touched by it.

    Raises:
        InvalidSpan: the span is empty, too long, or not past.
        UnknownRuleSet: there is none with this id.
    """
    if ask.to_at <= ask.from_at:
        raise InvalidSpan("The span must end after it begins.", field="to")
    if ask.to_at > now:
        raise InvalidSpan("Only the past can be replayed.", field="to")
    if ask.to_at - ask.from_at > SPAN_MAX:
        raise InvalidSpan(f"A span has up to {SPAN_MAX.days} days.", field="from")
    if await fetch_value(_RULE_SET, ask.rule_set_id) is None:
        raise UnknownRuleSet(f"No rule set {ask.rule_set_id}.", field="ruleSetId")

    simulation = await Simulation.create(
        id=new_id(),
        rule_set_id=ask.rule_set_id,
        from_at=ask.from_at,
        to_at=ask.to_at,
        state=SimulationState.WAITING,
        created_at=now,
        created_by=by.name,
    )
    await enqueue(JobKind.SIMULATE, {"simulation_id": str(simulation.id)}, now=now)
    return simulation.id


async def give_up_simulations(*, now: datetime) -> None:
    """Those whose job is given up have FAILED. The relay's sweep calls this."""
    await give_up("simulations", JobKind.SIMULATE, "simulation_id", now=now)
