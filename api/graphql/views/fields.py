"""Saved views: reading, saving, removing."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from tortoise.expressions import Q

from api.graphql.connections import After, Before, Connection, First, Keyset, Last, Page, connect
from api.graphql.info import Info, reader
from api.graphql.payloads import Payload, refusable
from api.graphql.relay import to_global, uuid_of
from api.graphql.resolvers import field, mutation
from api.graphql.scalars import JSON
from domain.shared.reading import Row
from domain.shared.text import require_text
from domain.views.models import SavedView as ViewRows
from domain.views.saved_views import SaveView, remove_view, require_writer, save_view, visible_to

_BY_NAME = Keyset("NAME", ("name", "id"), (str, UUID))


@strawberry.type(description="What somebody wants to see again on a page: filters, sorting, columns.")
class SavedView:
    """What somebody wants to see again on a page."""

    id: strawberry.ID = strawberry.field(description="Identifies it; opaque.")
    page: str = strawberry.field(description="The page, by the name that its console gave it.")
    name: str = strawberry.field(description="What it is called.")
    params: JSON = strawberry.field(description="What the page should show, as it was saved.")
    shared: bool = strawberry.field(description="Whether every key sees it.")
    mine: bool = strawberry.field(description="Whether this key saved it, and so may change it.")
    created_by: str = strawberry.field(description="The name of the key that saved it first.")
    updated_at: datetime = strawberry.field(description="When it was last saved.")

    @classmethod
    def of(cls, row: Row, *, key_id: UUID | None) -> Self:
        return cls(
            id=to_global("SavedView", row["id"]),
            mine=row["key_id"] == key_id,
            **{name: row[name] for name in ("page", "name", "params", "shared", "created_by", "updated_at")},
        )


OfPage = Annotated[str | None, strawberry.argument(description="Only those of this page.")]


@strawberry.type
class ViewQueries:
    """Reading saved views."""

    @field(description="The views that this key saved, and those that others share, by name.")
    async def saved_views(
        self,
        info: Info,
        *,
        page: OfPage = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SavedView]:
        by = reader(info)
        wanted = visible_to(by)
        if page is not None:
            wanted &= Q(page=require_text(page, field="page", longest=100))

        def node(row: Row) -> SavedView:
            return SavedView.of(row, key_id=by.key_id)

        wanted_page = Page(first, after, last, before)
        return await connect(info, ViewRows.filter(wanted), wanted_page, _BY_NAME, node, descending=False)


@strawberry.input(
    description="A view to keep. One of the same name that this key has on the page is replaced."
)
class SaveViewInput:
    """A view to keep."""

    page: str = strawberry.field(description="The page: 1 to 100 characters.")
    name: str = strawberry.field(description="What it is called: 1 to 100 characters.")
    params: JSON = strawberry.field(description="An object of up to 16 KiB, for the page to read.")
    shared: bool = strawberry.field(default=False, description="Whether every key shall see it.")


@strawberry.input(description="Which view.")
class SavedViewInput:
    """Which view."""

    id: strawberry.ID = strawberry.field(description="The view.")


@strawberry.type(description="The view as it is now, or why it was not saved.")
class SaveViewPayload(Payload):
    """The view as it is now."""

    saved_view: SavedView | None = strawberry.field(
        default=None, description="As it is now; null if refused."
    )


@strawberry.type(description="The view that is gone, or why it was left.")
class RemoveViewPayload(Payload):
    """The view that is gone."""

    id: strawberry.ID | None = strawberry.field(default=None, description="The view; null if refused.")


@strawberry.type
class ViewMutations:
    """Saving and removing views."""

    @mutation(description="Keep a view of a page. For keys that may write something.")
    @refusable(SaveViewPayload)
    async def save_view(self, info: Info, input: SaveViewInput) -> SaveViewPayload:  # noqa: A002
        by = require_writer(info.context.actor)
        ask = SaveView(page=input.page, name=input.name, params=input.params, shared=input.shared)
        saved = await save_view(ask, by=by, now=info.context.now())
        [row] = await ViewRows.filter(id=saved).values()
        return SaveViewPayload(saved_view=SavedView.of(row, key_id=by.key_id))

    @mutation(description="Forget a view: this key's own, or, with ADMIN, one that another shares.")
    @refusable(RemoveViewPayload)
    async def remove_view(self, info: Info, input: SavedViewInput) -> RemoveViewPayload:  # noqa: A002
        by = require_writer(info.context.actor)
        key = uuid_of(input.id, "SavedView")
        await remove_view(key, by=by)
        return RemoveViewPayload(id=to_global("SavedView", key))
