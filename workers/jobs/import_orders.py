"""IMPORT: work files of orders off, a while each, so that a large one does not keep the others waiting."""

from uuid import UUID

from domain.imports.import_failed import import_failed
from domain.imports.run_import import run_import
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from workers.handling import Work

TURN_S = 20.0


async def import_orders(work: Work) -> None:
    """Each import gets a turn; what is left of it gets a job of its own, behind what waits by then."""
    faults: list[Exception] = []
    for raw in dict.fromkeys(payload["import_id"] for payload in work.payloads):
        try:
            if await run_import(UUID(raw), within_s=TURN_S, now=work.now):
                await enqueue(JobKind.IMPORT, {"import_id": raw}, now=work.now())
        except Exception as fault:  # noqa: BLE001 -- it is noted, and raised below
            await import_failed(UUID(raw), fault, attempts_max=work.settings.job_attempts_max, now=work.now())
            faults.append(fault)
    if faults:
        raise faults[0]
