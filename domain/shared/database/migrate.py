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

    # Tortoise looks for its table by an error, which would abort the transaction below
    async with transaction():
        await _lock()
        executor = _executor()
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))  # noqa: SLF001
    # and records a migration after its own transaction: in one around both, a crash leaves neither
    async with transaction():
        await _lock()
        await _executor().migrate(progress=progress)
    return applied


@transactional
async def pending() -> list[str]:
    """Names of the migrations that `migrate` would apply."""
    if not await execute("SELECT FROM pg_tables WHERE tablename = 'tortoise_migrations'"):
        return ["everything"]
    return [step.migration.name for step in await _executor().plan()]


def _executor() -> MigrationExecutor:
    return MigrationExecutor(get_connections().get(ALIAS), tortoise_apps())


async def _lock() -> None:
    await execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
