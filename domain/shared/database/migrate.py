"""Bring a database to the newest schema."""

from tortoise.connection import get_connections
from tortoise.migrations.executor import MigrationExecutor

from domain.shared.database.session import ALIAS, execute, tortoise_apps, transaction, transactional

# One migrator at a time, whichever process: an arbitrary number that is ours alone.
_LOCK = 4_702_394_921


async def migrate() -> list[str]:
    """Apply what is not yet applied, all or nothing; the names of what was.

    Idempotent, and safe to run from several processes at once: they queue on an advisory lock.
    """
    applied: list[str] = []

    def progress(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)

    async with transaction():
        await execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await MigrationExecutor(get_connections().get(ALIAS), tortoise_apps()).migrate(progress=progress)
    return applied


@transactional
async def pending() -> list[str]:
    """Names of the migrations that `migrate` would apply."""
    await execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    steps = await MigrationExecutor(get_connections().get(ALIAS), tortoise_apps()).plan()
    return [step.migration.name for step in steps]
