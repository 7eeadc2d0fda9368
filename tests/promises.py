"""What every test may ask in the end: are all promises kept?"""

from domain.checks.run_checks import CheckKind, run_checks
from tests.factories import NOW


async def broken_promises(*kinds: CheckKind) -> dict[str, tuple[str, ...]]:
    """The violations of each broken promise of these kinds; none given: of safety."""
    wanted = kinds or (CheckKind.SAFETY,)
    return {r.name: r.violations for r in await run_checks(now=NOW) if r.kind in wanted and not r.kept}
