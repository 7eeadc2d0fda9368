"""`/waves/{wave}/...`: documents of a wave, for bearers of a key that may read and sees every channel.

200   the document
400   INVALID_ID: neither a wave's id nor a number
401   no valid key
403   NOT_ALLOWED: the key lacks READ, or is limited to some channels
404   UNKNOWN_WAVE, or no such document
503   the database is away
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.authentication import Authenticator, bearer, unauthorized
from api.documents.pick_list_csv import pack_list_csv, pick_list_csv
from api.documents.pick_list_pdf import pick_list_pdf
from api.endpoints import refused
from api.graphql.relay import uuid_of
from domain.fulfilment.waves.pick_list import PickList, pick_list
from domain.fulfilment.waves.reading import wave_numbered
from domain.shared.actor import Scope
from domain.shared.clock import utc_now
from domain.shared.refusal import NotFound

_DIGITS_MAX = 18  # of a number that fits 64 bits
_CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class _Kind:
    media_type: str
    render: Callable[[PickList, datetime], bytes]


_KINDS = {
    "pick-list.pdf": _Kind("application/pdf", lambda listed, now: pick_list_pdf(listed, printed_at=now)),
    "pick-list.csv": _Kind(_CSV, lambda listed, _: pick_list_csv(listed)),
    "pack-list.csv": _Kind(_CSV, lambda listed, _: pack_list_csv(listed)),
}


class WaveDocuments:
    """Renders one document at a time, beside the event loop: large ones take a second."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._rendering = asyncio.Semaphore(1)

    async def respond(self, request: Request) -> Response:
        token = bearer(request.headers)
        try:
            actor = await self._authenticator.actor(token)
            if actor is None:
                return unauthorized(token_given=token is not None)
            actor.require(Scope.READ)
            actor.require_every_channel()
            return await self._document(request.path_params["wave"], request.path_params["document"])
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return refused(error)

    async def _document(self, wave: str, document: str) -> Response:
        kind = _KINDS.get(document)
        if kind is None:
            raise NotFound(f"There is no such document; there are {', '.join(_KINDS)}.")
        listed = await pick_list(await _wave_id(wave))
        async with self._rendering:
            body = await asyncio.to_thread(kind.render, listed, utc_now())
        name = f"wave-{listed.wave.number}-{document}"
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
        return Response(body, 200, headers, kind.media_type)


async def _wave_id(raw: str) -> UUID:
    """The wave of a global id or of a number."""
    if raw.isdecimal() and raw.isascii() and len(raw) <= _DIGITS_MAX:
        return await wave_numbered(int(raw))
    return uuid_of(raw, "Wave")
