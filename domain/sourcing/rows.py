"""Rows of `sites.sql` and `open_lines.sql`, as the planner takes them. Pure."""

from asyncpg import Record

from domain.sourcing.planning import LineToSource, Place, Site
from domain.warehouses.ship_days import Calendar


def line_of(row: Record) -> LineToSource:
    """A line to source."""
    return LineToSource(
        line_id=row["line_id"],
        variant_id=row["variant_id"],
        sku=row["sku"],
        quantity=row["quantity"],
        weight_g=row["weight_g"],
    )


def site_of(row: Record) -> Site:
    """A warehouse and its tariff, without its days."""
    return Site(
        warehouse_id=row["id"],
        code=row["code"],
        name=row["name"],
        place=Place(lat=row["latitude"], lon=row["longitude"]),
        shipment_minor=row["shipment_minor"],
        kg_minor=row["kg_minor"],
        km_millis=row["km_millis"],
        priority=row["priority"],
        regions=None if row["regions"] is None else frozenset(row["regions"]),
    )


def calendar_of(row: Record) -> Calendar:
    """When the warehouse works."""
    return Calendar(
        timezone=row["timezone"],
        cutoff_minute=row["cutoff_minute"],
        working_days=frozenset(row["working_days"]),
        closed=frozenset(row["closed"]),
    )
