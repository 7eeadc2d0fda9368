"""Importing files of orders: opening, following, steering."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry
from tortoise.expressions import Q

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.channels.types import Channel
from api.graphql.connections import (
    BY_CREATED,
    After,
    Before,
    Connection,
    First,
    Keyset,
    Last,
    Page,
    bigint,
    connect,
)
from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, once_for, refusable, writer
from api.graphql.relay import Node, to_global, uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import JSON, WholeNumber
from domain.imports.models import Import as ImportRows
from domain.imports.models import ImportFormat, ImportState, RefusedRow
from domain.imports.open_import import OpenImport, open_import
from domain.imports.refusals import InvalidImport
from domain.imports.steer import cancel_import, pause_import, resume_import
from domain.shared.actor import Scope
from domain.shared.reading import Row, one_of

RAW_SHOWN = 10_000
_BY_LINE = Keyset("LINE", ("line",), (bigint,))


@strawberry.type(description="A row that was not taken, and why.")
class ImportRowError:
    """A row that was not taken."""

    line: WholeNumber = strawberry.field(description="The line of the file at which it begins, from 1.")
    reference: str | None = strawberry.field(
        description="The order's reference, where the row could be read so far."
    )
    code: str = strawberry.field(description="Why, for programs.")
    field: str | None = strawberry.field(description="Which field, by its name in docs/order-format.md.")
    message: str = strawberry.field(description="Why, for people.")
    raw: str = strawberry.field(description="The row as it came, as far as 10,000 characters.")

    @classmethod
    def of(cls, row: Row) -> Self:
        raw = bytes(row["row"][: 4 * RAW_SHOWN]).decode(errors="replace")[:RAW_SHOWN]
        return cls(**{name: row[name] for name in ("line", "reference", "code", "field", "message")}, raw=raw)


@strawberry.type(
    description=(
        "A file of orders: its bytes are uploaded to `uploadPath`, workers take its rows in, and each row is placed, "
        "was there already, or is refused with a reason."
    )
)
class Import(Node):
    """A file of orders."""

    key: strawberry.Private[UUID]
    channel_key: strawberry.Private[UUID]
    format: ImportFormat = strawberry.field(description="How it is written.")
    file_name: str = strawberry.field(description="What it was called.")
    state: ImportState = strawberry.field(description="Where it stands.")
    done: float = strawberry.field(description="How much of the file is read, 0 to 1.")
    received: WholeNumber = strawberry.field(description="Bytes that were uploaded.")
    rows: WholeNumber = strawberry.field(
        description="Rows that are worked off; several of a CSV may be one order."
    )
    placed: WholeNumber = strawberry.field(description="Orders that are new.")
    replayed: WholeNumber = strawberry.field(description="Orders that were there already, saying the same.")
    refused: WholeNumber = strawberry.field(description="Orders that were not taken: see `errors`.")
    code: str | None = strawberry.field(description="Why it failed or paused, for programs.")
    error: str | None = strawberry.field(description="Why it failed or paused, for people.")
    created_at: datetime = strawberry.field(description="When it was opened.")
    created_by: str = strawberry.field(description="By whom.")
    ended_at: datetime | None = strawberry.field(description="When it was DONE, FAILED or CANCELLED.")
    upload_path: str = strawberry.field(description="Where its bytes go, by PATCH: see docs/api.md.")

    @classmethod
    def of(cls, row: Row) -> Self:
        plain = ("file_name", "received", "rows", "placed", "replayed", "refused", "code", "error")
        times = ("created_at", "created_by", "ended_at")
        done = row["state"] == ImportState.DONE
        return cls(
            id=to_global("Import", row["id"]),
            key=row["id"],
            channel_key=row["channel_id"],
            format=ImportFormat(row["format"]),
            state=ImportState(row["state"]),
            done=1.0 if done else row["read_bytes"] / (row["received"] or 1),
            upload_path=f"/imports/{row['id']}",
            **{name: row[name] for name in (*plain, *times)},
        )

    @field(description="The channel that its orders go into.")
    async def channel(self, info: Info) -> Channel:
        row = await info.context.loaders.channel.load(self.channel_key)
        assert row is not None, "a foreign key says so"
        return Channel.of(row)

    @field(description="Rows that were refused, by their line.")
    async def errors(
        self,
        info: Info,
        *,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ImportRowError]:
        rows = RefusedRow.filter(import_id=self.key)
        page = Page(first, after, last, before)
        return await connect(info, rows, page, _BY_LINE, ImportRowError.of, descending=False)


async def import_of(info: Info, key: UUID) -> Import | None:
    """The import, if the caller may see its channel."""
    rows = await ImportRows.filter(id=key).values()
    visible = rows and info.context.actor.sees_channel(rows[0]["channel_id"])
    return Import.of(rows[0]) if visible else None


@strawberry.type
class ImportQueries:
    """Reading imports."""

    @strawberry.field(  # type: ignore[untyped-decorator]
        name="import", description="An import; null if there is none that the key may see."
    )
    async def import_(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id.")],  # noqa: A002
    ) -> Import | None:
        reader(info)
        return await import_of(info, uuid_of(id, "Import"))

    @field(description="Imports into channels that the key may see, newest first.")
    async def imports(
        self,
        info: Info,
        *,
        state: Annotated[
            ImportState | None, strawberry.argument(description="Only those in this state.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Import]:
        by = reader(info)
        rows = ImportRows.filter(one_of("channel_id", by.channel_ids) & (Q(state=state) if state else Q()))
        return await connect(info, rows, Page(first, after, last, before), BY_CREATED, Import.of)


@strawberry.input(description="A file of orders that will be uploaded, and how it is read.")
class ImportOrdersInput:
    """A file of orders that will be uploaded."""

    channel: str = strawberry.field(description="The code of the channel that all its orders go into.")
    format: ImportFormat = strawberry.field(description="How it is written.")
    file_name: str = strawberry.field(default="", description="What it is called, for people.")
    reading: JSON | None = strawberry.field(
        default=None,
        description=(
            "How a CSV is read, in place of the channel's settings: an object of `columns`, `constants`, `delimiter`, "
            "`decimalComma`, `dateFormat`, `encoding`, `timezone`; see docs/order-format.md."
        ),
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Sent again with the same key and arguments, it happens once: choose a fresh one for each.",
    )

    def ask(self) -> OpenImport:
        if self.reading is not None and not isinstance(self.reading, dict):
            raise InvalidImport("Must be an object.", field="reading")
        return OpenImport(
            channel=self.channel,
            format=self.format,
            file_name=self.file_name,
            given=self.reading or {},
        )


@strawberry.input(description="Which import.")
class SteerImportInput:
    """Which import."""

    id: strawberry.ID = strawberry.field(description="Its global id.")


@strawberry.type(description="The import as it is now, or why nothing was done.")
class ImportPayload(Payload):
    """The import as it is now."""

    import_: Import | None = strawberry.field(default=None, name="import", description="Null if refused.")


@strawberry.type
class ImportMutations:
    """Opening and steering imports."""

    @mutation(
        description="Open an import; its file is then uploaded to `uploadPath`. `POST /imports` does both at once."
    )
    @refusable(ImportPayload)
    async def import_orders(self, info: Info, input: ImportOrdersInput) -> ImportPayload:  # noqa: A002
        by, now = writer(info, Scope.ORDERS_WRITE), info.context.now()
        ask = input.ask()

        async def run() -> dict[str, Any]:
            return {"id": str(await open_import(ask, by=by, now=now))}

        done = await once_for(info, "importOrders", input, run)
        return ImportPayload(import_=await import_of(info, UUID(done["id"])))

    @mutation(
        description="Stop an import after what is just being written; `resumeImport` goes on from there."
    )
    @refusable(ImportPayload)
    async def pause_import(self, info: Info, input: SteerImportInput) -> ImportPayload:  # noqa: A002
        return await _steered(info, input, pause_import)

    @mutation(description="Go on with an import that is PAUSED or FAILED, from where it stopped.")
    @refusable(ImportPayload)
    async def resume_import(self, info: Info, input: SteerImportInput) -> ImportPayload:  # noqa: A002
        return await _steered(info, input, resume_import)

    @mutation(description="Give up what is left of an import; orders that were placed stay.")
    @refusable(ImportPayload)
    async def cancel_import(self, info: Info, input: SteerImportInput) -> ImportPayload:  # noqa: A002
        return await _steered(info, input, cancel_import)


async def _steered(info: Info, asked: SteerImportInput, step: Any) -> ImportPayload:
    by, key = writer(info, Scope.ORDERS_WRITE), uuid_of(asked.id, "Import")
    await step(key, by=by, now=info.context.now())
    return ImportPayload(import_=await import_of(info, key))
