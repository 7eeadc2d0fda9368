"""`/imports`: upload a file of orders of any size, in one request or, interrupted, in several.

POST  /imports?channel=CODE&format=JSONL|CSV   opens an import and takes the body as its file
PATCH /imports/{id}                            goes on at `Upload-Offset`
HEAD  /imports/{id}                            how many bytes there are, as `Upload-Offset`
GET   /imports/{id}/errors.csv, .jsonl         the rows that were refused, to mend and upload again

`Upload-Complete: ?0` says that more will follow.

Source: draft-ietf-httpbis-resumable-upload, sections 4 and 5.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from uuid import UUID

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from api.authentication import Authenticator, bearer, unauthorized
from api.endpoints import refused
from api.graphql.relay import to_global
from domain.imports.models import ImportFormat
from domain.imports.open_import import OpenImport, open_import
from domain.imports.refusals import InvalidImport, UnknownImport, UploadTooLarge, WrongOffset
from domain.imports.refused_rows import refused_csv, refused_jsonl
from domain.imports.upload import PIECE_BYTES, append_piece, complete_upload, upload_of
from domain.shared.actor import Actor
from domain.shared.clock import utc_now
from domain.shared.refusal import NotFound

_ENCODINGS = ("", "identity", "gzip", "x-gzip", "xz")  # told from the bytes themselves; others are not read
_Rows = Callable[[UUID], AsyncIterator[bytes]]
_ERRORS: Mapping[str, tuple[str, _Rows]] = {
    "csv": ("text/csv; charset=utf-8", refused_csv),
    "jsonl": ("application/jsonl", refused_jsonl),
}


class ImportUploads:
    """Takes uploads in, half a megabyte at a time."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def create(self, request: Request) -> Response:
        """201 with the import's id and `Location`, where an interrupted upload goes on."""
        try:
            actor = await self._authenticator.actor(bearer(request.headers))
            if actor is None:
                return unauthorized(token_given=bearer(request.headers) is not None)
            _require_encoding(request)
            import_id = await open_import(_asked(request), by=actor, now=utc_now())
            return await _taken(request, import_id, 0, actor, 201)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return _refused(error)

    async def respond(self, request: Request) -> Response:
        """204 with `Upload-Offset`."""
        try:
            actor = await self._authenticator.actor(bearer(request.headers))
            if actor is None:
                return unauthorized(token_given=bearer(request.headers) is not None)
            import_id = _id(request)
            upload = await upload_of(import_id, by=actor)
            if request.method == "HEAD":
                return Response(status_code=204, headers=_offset(upload.received, complete=upload.complete))
            _require_offset(request, upload.received)
            return await _taken(request, import_id, upload.received, actor, 204)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return _refused(error)

    async def errors(self, request: Request) -> Response:
        """The refused rows, streamed."""
        try:
            actor = await self._authenticator.actor(bearer(request.headers))
            if actor is None:
                return unauthorized(token_given=bearer(request.headers) is not None)
            import_id, form = _id(request), request.path_params["form"]
            await upload_of(import_id, by=actor)
            kind, rows = _form(form)
            headers = {"Content-Disposition": f'attachment; filename="import-errors.{form}"'}
            return StreamingResponse(rows(import_id), media_type=kind, headers=headers)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return _refused(error)


def _asked(request: Request) -> OpenImport:
    query = request.query_params
    try:
        kind = ImportFormat(query.get("format", "JSONL").upper())
    except ValueError:
        raise InvalidImport("Must be JSONL or CSV.", field="format") from None
    try:
        given = orjson.loads(query.get("reading") or b"{}")
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise InvalidImport("Must be a JSON object.", field="reading")
    return OpenImport(
        channel=query.get("channel", ""), format=kind, file_name=query.get("fileName", ""), given=given
    )


def _require_encoding(request: Request) -> None:
    said = request.headers.get("content-encoding", "").strip().lower()
    if said not in _ENCODINGS:
        raise InvalidImport(
            f"Send it plain, as gzip or as xz, not as {said[:20]!r}.", field="contentEncoding"
        )


def _require_offset(request: Request, received: int) -> None:
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) < 19):
        raise InvalidImport("Say where the bytes begin: Upload-Offset.", field="offset")
    if int(offset) != received:
        raise WrongOffset(expected=received)


def _form(form: str) -> tuple[str, _Rows]:
    if form not in _ERRORS:
        raise NotFound("There are errors.csv and errors.jsonl.")
    return _ERRORS[form]


async def _taken(request: Request, import_id: UUID, offset: int, actor: Actor, status: int) -> Response:
    async for piece in _pieces(request):
        await append_piece(import_id, piece, offset=offset, by=actor, now=utc_now())
        offset += len(piece)
    complete = request.headers.get("upload-complete", "?1").strip() != "?0"
    if complete:
        await complete_upload(import_id, size=offset, by=actor, now=utc_now())
    headers = _offset(offset, complete=complete) | {"Location": f"/imports/{import_id}"}
    if status == 204:
        return Response(status_code=204, headers=headers)
    body = orjson.dumps({"id": to_global("Import", import_id), "received": offset, "complete": complete})
    return Response(body, status, headers, "application/json")


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces; of one that breaks off, what came is kept."""
    piece = bytearray()
    try:
        async for chunk in request.stream():
            piece += chunk
            while len(piece) >= PIECE_BYTES:
                yield bytes(piece[:PIECE_BYTES])
                del piece[:PIECE_BYTES]
    except ClientDisconnect:
        if piece:
            yield bytes(piece)
        raise
    if piece:
        yield bytes(piece)


def _offset(received: int, *, complete: bool) -> dict[str, str]:
    return {
        "Upload-Offset": str(received),
        "Upload-Complete": "?1" if complete else "?0",
        "Cache-Control": "no-store",
    }


def _id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["id"])
    except ValueError:
        raise UnknownImport("There is no such import.", field="id") from None


def _refused(error: Exception) -> Response:
    answer = refused(error, {UploadTooLarge: 413})
    if isinstance(error, WrongOffset):
        answer.headers["Upload-Offset"] = str(error.expected)
    return answer
