"""REEVALUATE: plan open orders anew, together, and move those that become cheaper."""

import time
from collections import Counter
from uuid import UUID

import structlog

from domain.shared.actor import house
from domain.sourcing.reevaluating.reevaluate import reevaluate as plan_anew
from domain.sourcing.reevaluating.reevaluate import reevaluation_failed
from workers.handling import Work
from workers.metrics import REEVALUATED, REEVALUATION_SAVED, REEVALUATION_SECONDS

log = structlog.stdlib.get_logger("forebay.reevaluate")

_ACTOR = house("re-evaluation")


async def reevaluate(work: Work) -> None:
    """Run each re-evaluation of the round; mostly there is one."""
    for payload in work.payloads:
        reevaluation_id = UUID(payload["reevaluation_id"])
        try:
            await _run(work, reevaluation_id)
        except Exception as fault:
            attempts_max = work.settings.job_attempts_max
            await reevaluation_failed(reevaluation_id, fault, attempts_max=attempts_max, now=work.now())
            raise


async def _run(work: Work, reevaluation_id: UUID) -> None:
    began = time.perf_counter()
    settings = work.settings
    done = await plan_anew(
        reevaluation_id,
        currency=settings.cost_currency,
        effort_s=settings.reevaluation_effort_s,
        by=_ACTOR,
        now=work.now,
    )
    if done is None:
        return
    seconds = time.perf_counter() - began
    REEVALUATION_SECONDS.observe(seconds)
    REEVALUATED.labels("considered").inc(done.considered)
    REEVALUATED.labels("moved").inc(done.moved)
    REEVALUATED.labels("left").inc(done.proposed - done.moved)
    REEVALUATION_SAVED.labels(settings.cost_currency).inc(max(0, done.saved_minor))
    log.info(
        "re-evaluated",
        orders=done.considered,
        proposed=done.proposed,
        moved=done.moved,
        filled=done.units_filled,
        saved_minor=done.saved_minor,
        plan_seconds=round(done.plan_s, 3),
        seconds=round(seconds, 3),
        left=dict(Counter(done.objections).most_common(5)),
    )
