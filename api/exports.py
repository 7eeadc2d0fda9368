"""`GET /exports/{id}?expires=...&signature=...`: download a file that was exported, by a link that needs no key.

200   the file
206   what follows `Range: bytes=N-` of it
403   INVALID_LINK: not made here, or changed
404   UNKNOWN_EXPORT: not done, or no such export
410   LINK_EXPIRED: ask the export for another link; or its file is gone
416   it has fewer bytes
503   the database is away

Source: RFC 9110, section 14 (ranges: the one form that resumes a download); RFC 8187 (file names).
"""

import re
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.endpoints import refused
from domain.exports.download import bytes_of, finished
from domain.exports.formats.names import ExportFormat
from domain.exports.link import require_link
from domain.exports.models import Export
from domain.exports.refusals import InvalidLink, LinkExpired
from domain.shared.clock import utc_now

_FROM = re.compile(r"bytes=([0-9]{1,18})-", re.ASCII)


async def download(request: Request) -> Response:
    """The file, streamed."""
    try:
        export_id, query = _id(request), request.query_params
        require_link(export_id, query.get("expires", ""), query.get("signature", ""), now=utc_now())
        return _file(await finished(export_id, now=utc_now()), request.headers.get("range", ""))
    except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
        return refused(error, {LinkExpired: 410})


def _id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["id"])
    except ValueError:
        raise InvalidLink("This is no link to an export.") from None


def _file(export: Export, wanted: str) -> Response:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(export.file_name, safe='')}",
        "ETag": f'"{export.id}"',
        "X-Content-Type-Options": "nosniff",
    }
    asked = _FROM.fullmatch(wanted)
    offset = int(asked[1]) if asked else 0
    if asked and offset >= export.bytes:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{export.bytes}"})
    if asked:
        headers["Content-Range"] = f"bytes {offset}-{export.bytes - 1}/{export.bytes}"
    headers["Content-Length"] = str(export.bytes - offset)
    media_type = ExportFormat(export.format).media_type
    return StreamingResponse(bytes_of(export, offset=offset), 206 if asked else 200, headers, media_type)
