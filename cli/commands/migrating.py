"""`forebay migrate`: bring the database to the newest schema."""

import asyncio

from rich.console import Console

from cli.commands.servers import named_servers
from domain.shared.database import connected
from domain.shared.database.migrate import migrate as bring_up_to_date

console = Console()


def migrate() -> None:
    """Bring the database to the newest schema; safe to repeat."""
    applied = asyncio.run(_migrate(named_servers().database_url))
    console.print(f"Applied {', '.join(applied)}." if applied else "Already at the newest schema.")


async def _migrate(database_url: str) -> list[str]:
    async with connected(database_url, pool_max=2):
        return await bring_up_to_date()
