"""Exporting: asking for files, following them, giving them up."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.connections import BY_CREATED, After, Before, Connection, First, Last, Page, connect
from api.graphql.info import Info, reader
from api.graphql.orders.where import OrderWhere, order_filter
from api.graphql.payloads import Payload, once_for, refusable, writer
from api.graphql.relay import Node, to_global, uuid_of
from api.graphql.reports.fields import ReportInput
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import WholeNumber
from domain.exports.cancel_export import cancel_export
from domain.exports.find import visible
from domain.exports.formats.names import ExportFormat
from domain.exports.kinds.orders import ORDERS, orders_now
from domain.exports.kinds.reports import report_now
from domain.exports.link import VALID_FOR, link_to
from domain.exports.models import Export as ExportRows
from domain.exports.models import ExportState
from domain.exports.open_export import OpenExport, open_export
from domain.exports.refusals import InvalidExport
from domain.orders.reading import SEARCH_MAX
from domain.reporting.registry import report_named
from domain.shared.actor import Scope
from domain.shared.reading import Row


@strawberry.type(
    description="A file that workers write: follow it until it is DONE, then download it from `link`."
)
class Export(Node):
    """A file that workers write."""

    key: strawberry.Private[UUID]
    kind: str = strawberry.field(description="What its rows are, such as ORDERS.")
    format: ExportFormat = strawberry.field(description="How it is written.")
    file_name: str = strawberry.field(description="What it is called.")
    state: ExportState = strawberry.field(description="Where it stands.")
    done: float = strawberry.field(description="How much of what there is has been read, 0 to 1.")
    rows: WholeNumber = strawberry.field(description="Rows that are written; in JSONL, objects.")
    bytes: WholeNumber = strawberry.field(
        description="The file's size, once it is DONE; until then what is kept of it."
    )
    code: str | None = strawberry.field(description="Why it failed, for programs.")
    error: str | None = strawberry.field(description="Why it failed, for people.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    created_by: str = strawberry.field(description="By whom.")
    ended_at: datetime | None = strawberry.field(description="When it was DONE, FAILED or CANCELLED.")
    expires_at: datetime | None = strawberry.field(description="When its file goes; null: it is not DONE.")

    @classmethod
    def of(cls, row: Row) -> Self:
        plain = ("kind", "file_name", "done", "rows", "code", "error")
        times = ("created_at", "created_by", "ended_at", "expires_at")
        return cls(
            id=to_global("Export", row["id"]),
            key=row["id"],
            format=ExportFormat(row["format"]),
            state=ExportState(row["state"]),
            bytes=row["bytes"] if row["state"] == ExportState.DONE else row["written"],
            **{name: row[name] for name in (*plain, *times)},
        )

    @field(
        description=(
            "The path and query of its address, which needs no key and is good for an hour; each time it is asked for "
            "it is a new one. Null: the file is not there yet, or no more."
        )
    )
    def link(self, info: Info) -> str | None:
        now = info.context.now()
        if self.state is not ExportState.DONE or self.expires_at is None or self.expires_at <= now:
            return None
        return link_to(self.key, until=min(now + VALID_FOR, self.expires_at))


async def export_of(info: Info, key: UUID) -> Export | None:
    """The export, if the caller may see all that is in it."""
    rows = await ExportRows.filter(visible(info.context.actor), id=key).values()
    return Export.of(rows[0]) if rows else None


@strawberry.type
class ExportQueries:
    """Reading exports."""

    @field(description="An export; null if there is none that the key may see.")
    async def export(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> Export | None:
        reader(info)
        return await export_of(info, uuid_of(id, "Export"))

    @field(description="Exports in which nothing is that the key may not see, newest first.")
    async def exports(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Export]:
        rows = ExportRows.filter(visible(reader(info)))
        return await connect(info, rows, Page(first, after, last, before), BY_CREATED, Export.of)


@strawberry.input(description="Which orders, and how they are written.")
class ExportOrdersInput:
    """Which orders, and how they are written."""

    format: ExportFormat = strawberry.field(description="How the file is written.")
    where: OrderWhere | None = strawberry.field(default=None, description="Only orders that pass this.")
    search: str | None = strawberry.field(
        default=None, description="As for `orders`; what finds 1,000 orders or more is refused."
    )
    file_name: str = strawberry.field(default="", description="What it is called; unsaid, by kind and day.")
    bom: bool = strawberry.field(
        default=False,
        description="A CSV begins with a byte order mark, by which Excel knows that it is UTF-8.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Sent again with the same key and arguments, it happens once: choose a fresh one for each.",
    )


@strawberry.input(description="Which report, of what, and how it is written.")
class ExportReportInput:
    """Which report, of what, and how it is written."""

    report: str = strawberry.field(description="Its name, such as salesByChannel.")
    input: ReportInput = strawberry.field(description="What it is about.")
    format: ExportFormat = strawberry.field(description="How the file is written.")
    file_name: str = strawberry.field(default="", description="What it is called; unsaid, by report and day.")
    bom: bool = strawberry.field(
        default=False,
        description="A CSV begins with a byte order mark, by which Excel knows that it is UTF-8.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Sent again with the same key and arguments, it happens once: choose a fresh one for each.",
    )


@strawberry.input(description="Which export.")
class CancelExportInput:
    """Which export."""

    id: strawberry.ID = strawberry.field(description="Its global id.")


@strawberry.type(description="The export as it is now, or why nothing was done.")
class ExportPayload(Payload):
    """The export as it is now."""

    export: Export | None = strawberry.field(default=None, description="Null if refused.")


@strawberry.type
class ExportMutations:
    """Asking for files, and giving them up."""

    @mutation(
        description=(
            "Have orders written to a file: those that are taken in by now, each once, by number, as it is when it is "
            "written. In a table each line of an order is a row, with the order's columns; in JSONL an order is an object "
            "with its lines, as docs/order-format.md has it. Needs READ."
        )
    )
    @refusable(ExportPayload)
    async def export_orders(self, info: Info, input: ExportOrdersInput) -> ExportPayload:  # noqa: A002
        by, now = writer(info, Scope.READ), info.context.now()

        async def run() -> dict[str, Any]:
            which = await order_filter(input.where, input.search, by=by)
            if which.id is not None and len(which.id) >= SEARCH_MAX:
                raise InvalidExport(
                    f"Finds {SEARCH_MAX:,} orders or more: use `where` instead.", field="search"
                )
            ask = OpenExport(
                kind=ORDERS.name,
                what=await orders_now(which),
                format=input.format,
                file_name=input.file_name,
                bom=input.bom,
            )
            return {"id": str(await open_export(ask, by=by, now=now))}

        done = await once_for(info, "exportOrders", input, run)
        return ExportPayload(export=await export_of(info, UUID(done["id"])))

    @mutation(
        description=(
            "Have a report written to a file, whole, as it is when it is written: its columns, what its measure was before, "
            "and how that has grown. Needs READ."
        )
    )
    @refusable(ExportPayload)
    async def export_report(self, info: Info, input: ExportReportInput) -> ExportPayload:  # noqa: A002
        by, now = writer(info, Scope.READ), info.context.now()

        async def run() -> dict[str, Any]:
            report = report_named(input.report)
            ask = OpenExport(
                kind=report.name,
                what=report_now(report, input.input.asked(None, None), by=by, now=now),
                format=input.format,
                file_name=input.file_name,
                bom=input.bom,
            )
            return {"id": str(await open_export(ask, by=by, now=now))}

        done = await once_for(info, "exportReport", input, run)
        return ExportPayload(export=await export_of(info, UUID(done["id"])))

    @mutation(description="Give an export up that is not done; what is written of it is deleted. Needs READ.")
    @refusable(ExportPayload)
    async def cancel_export(self, info: Info, input: CancelExportInput) -> ExportPayload:  # noqa: A002
        by, key = writer(info, Scope.READ), uuid_of(input.id, "Export")
        await cancel_export(key, by=by, now=info.context.now())
        return ExportPayload(export=await export_of(info, key))
