"""SIMULATE: replay past orders under other rules, one simulation after the other."""

import time
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.sourcing.simulating.run_simulation import run_simulation, simulation_failed
from workers.handling import Work

# A round is cut off after `JOB_TIMEOUT_S`; what is begun within this time has enough left.
BEGIN_WITHIN_S = 60


async def simulate(work: Work) -> None:
    """Run every simulation of the round; one that fails does not keep the others from running.

    It is tried again with the whole round, in which those that are done stay as they are. What would be
    begun too late gets a round of its own.
    """
    began = time.monotonic()
    faults: list[Exception] = []
    for payload in work.payloads:
        if time.monotonic() - began > BEGIN_WITHIN_S:
            await enqueue(JobKind.SIMULATE, payload, now=work.now())
        elif fault := await _run(work, UUID(payload["simulation_id"])):
            faults.append(fault)
    if faults:
        raise faults[0]


async def _run(work: Work, simulation_id: UUID) -> Exception | None:
    """Run it; what went wrong, if trying again may help."""
    try:
        await run_simulation(simulation_id, currency=work.settings.cost_currency, now=work.now)
    except Exception as fault:  # noqa: BLE001 -- it is noted here, and raised by the caller
        hopeless = await simulation_failed(
            simulation_id, fault, attempts_max=work.settings.job_attempts_max, now=work.now()
        )
        return None if hopeless else fault
    return None
