"""Save and remove views. A key's views are its own; those that are shared can be seen by all keys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from tortoise.expressions import Q

from domain.shared.actor import Actor, Scope
from domain.shared.database import fetch_value, transactional
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput, NotAllowed, NotFound
from domain.shared.text import require_text
from domain.views.models import SavedView

VIEWS_MAX = 200
PARAMS_BYTES_MAX = 16_384
_NAME_MAX = 100
_SAVE = """
    INSERT INTO saved_views AS v (id, key_id, page, name, params, shared, created_by, updated_at)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
    ON CONFLICT ON CONSTRAINT saved_views_name_unique
    DO UPDATE SET params = excluded.params, shared = excluded.shared, updated_at = excluded.updated_at
    RETURNING id
"""


class UnknownView(NotFound):
    """There is no such view that this key may see."""

    code = "UNKNOWN_VIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """What to show on `page`, by the console's own names."""

    page: str
    name: str
    params: object
    shared: bool = False


def require_writer(by: Actor) -> Actor:
    """`by`, who may write something: whoever only reads keeps nothing here.

    Raises:
        NotAllowed: the key may only read.
    """
    if not any(by.may(scope) for scope in Scope if scope is not Scope.READ):
        raise NotAllowed("This key may only read.")
    return by


def visible_to(by: Actor) -> Q:
    """The views that `by` may see: its own and those that are shared."""
    return Q(shared=True) | mine(by)


def mine(by: Actor) -> Q:
    """The views that `by` saved."""
    return Q(key_id__isnull=True) if by.key_id is None else Q(key_id=by.key_id)


@transactional
async def save_view(ask: SaveView, *, by: Actor, now: datetime) -> UUID:
    """Keep the view; its id. One of the same name that the key has on this page is replaced.

    Raises:
        InvalidInput: a name is empty or too long, the parameters are too large, or there are too many views.
    """
    page, name = _named(ask.page, "page"), _named(ask.name, "name")
    params = orjson.dumps(ask.params)
    if not isinstance(ask.params, dict) or len(params) > PARAMS_BYTES_MAX:
        raise InvalidInput(f"An object of up to {PARAMS_BYTES_MAX} bytes.", field="params")
    if await SavedView.filter(mine(by) & ~Q(page=page, name=name)).count() >= VIEWS_MAX:
        raise InvalidInput(f"A key has up to {VIEWS_MAX} views; remove some.", field="name")
    saved: UUID = await fetch_value(
        _SAVE, new_id(), by.key_id, page, name, params.decode(), ask.shared, by.name, now
    )
    return saved


async def remove_view(view_id: UUID, *, by: Actor) -> None:
    """Forget a view. An admin may remove what others share.

    Raises:
        NotAllowed: it is another key's.
        UnknownView: there is none that the key may see.
    """
    removable = mine(by) | Q(shared=True) if by.may(Scope.ADMIN) else mine(by)
    if await SavedView.filter(Q(id=view_id) & removable).delete():
        return
    if await SavedView.filter(Q(id=view_id) & visible_to(by)).exists():
        raise NotAllowed("It is another key's; an admin may remove it.", field="id")
    raise UnknownView("There is no such view.", field="id")


def _named(text: str, field: str) -> str:
    named = require_text(text, field=field, longest=_NAME_MAX).strip()
    if not named:
        raise InvalidInput("Must not be empty.", field=field)
    return named
