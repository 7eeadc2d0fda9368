"""`forebay migrate`: bring the database to the newest schema."""

import asyncio
from datetime import UTC, datetime

from rich.console import Console

from cli.commands.servers import named_servers
from domain.places.load_built_in import load_built_in
from domain.shared.database import connected
from domain.shared.database.migrate import migrate as bring_up_to_date

console = Console()


def migrate() -> None:
    """Bring the database to the newest schema and its built-in places; safe to repeat."""
    applied = asyncio.run(_migrate(named_servers().database_url))
    console.print(f"Applied {', '.join(applied)}." if applied else "Already at the newest schema.")


async def _migrate(database_url: str) -> list[str]:
    async with connected(database_url, pool_max=2):
        applied = await bring_up_to_date()
        await load_built_in(now=datetime.now(UTC))
        return applied
