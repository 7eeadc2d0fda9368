"""Files as they are sent: with a type, a strong ETag, and compressed where that saves something."""

import asyncio
import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response

# What may be served; anything else is not there.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
_COMPRESSED_ALREADY = {".woff2"}
_COMPRESSED_FROM_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Asset:
    """A file's content; `packed` is None where compressing would gain nothing."""

    body: bytes
    packed: bytes | None
    digest: str
    media_type: str

    def answer(self, asked: Headers, headers: dict[str, str]) -> Response:
        """The file, or 304 if the client has it."""
        packed = self.packed if _takes_gzip(asked) else None
        # each encoding is an entity of its own, so it needs its own strong tag
        tag = f'"{self.digest}-gzip"' if packed else f'"{self.digest}"'
        headers = headers | {"ETag": tag, "Vary": "Accept-Encoding"}
        if tag in (given.strip().removeprefix("W/") for given in asked.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        if packed is None:
            return Response(self.body, 200, headers, self.media_type)
        return Response(packed, 200, headers | {"Content-Encoding": "gzip"}, self.media_type)


class Assets:
    """The files below one folder. Each is read once, and again when it was changed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._read: dict[Path, tuple[int, Asset]] = {}

    async def find(self, name: str) -> Asset | None:
        """The file of that name, unless there is none below the folder, or none to be served."""
        path = self._path(name)
        if path is None:
            return None
        changed_ns = _changed_ns(path)
        known = self._read.get(path)
        if known is None or known[0] != changed_ns:
            known = (changed_ns, await asyncio.to_thread(_read, path))
            self._read[path] = known
        return known[1]

    def _path(self, name: str) -> Path | None:
        if "\0" in name:
            return None
        path = (self._root / name).resolve()  # links and dots are followed before it is judged
        within = path.is_relative_to(self._root)
        return path if within and path.suffix in _TYPES and path.is_file() else None


def _changed_ns(path: Path) -> int:
    return path.stat().st_mtime_ns


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    worth_it = len(body) >= _COMPRESSED_FROM_BYTES and path.suffix not in _COMPRESSED_ALREADY
    packed = gzip.compress(body, mtime=0) if worth_it else None
    return Asset(body, packed, sha256(body).hexdigest()[:32], _TYPES[path.suffix])


def _takes_gzip(asked: Headers) -> bool:
    """Whether gzip is among what is accepted, and not with q=0."""
    for each in asked.get("accept-encoding", "").split(","):
        coding, _, weight = each.replace(" ", "").partition(";q=")
        if coding in ("gzip", "*"):
            return not weight or weight.strip("0.") != ""
    return False
