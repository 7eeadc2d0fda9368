"""`forebay status`: what is in the pool and what waits, at a glance."""

import asyncio

from rich.console import Console
from rich.table import Table

from cli.commands.servers import named_servers
from domain.events.feed import feed_range
from domain.jobs.claim import job_counts
from domain.orders.standing import order_standing
from domain.shared.database import connected
from domain.shared.database.migrate import pending

console = Console()


def status() -> None:
    """Show orders by state, jobs, and how far the feed is."""
    asyncio.run(_status())


async def _status() -> None:
    servers = named_servers()
    async with connected(servers.database_url, pool_max=2):
        if behind := await pending():
            console.print(f"[yellow]The schema is behind ({', '.join(behind)}): run `forebay migrate`.[/]")
            return
        orders = Table("state", "sourcing", "orders", title="Orders", title_justify="left")
        for row in await order_standing():
            orders.add_row(row.state, row.sourcing, f"{row.orders:,}")
        jobs = Table("kind", "state", "jobs", title="Jobs", title_justify="left")
        for job in await job_counts():
            jobs.add_row(job.kind, job.state, f"{job.jobs:,}")
        feed = await feed_range()
    console.print(orders, jobs)
    console.print(f"Feed at position {feed.last_position:,}; kept after {feed.expired_below:,}.")
    console.print(f"API {servers.url}")
