"""`forebay export FILE`: have orders written to a file, watch it, and download it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import uuid4

import orjson
import typer

from cli.client import PATIENCE_S, Client, require_done
from cli.commands.asking import client_for
from cli.commands.progress import console, progress
from cli.errors import CommandError

LOOK_EVERY_S: Final = 0.5
UNDER_WAY: Final = ("WAITING", "RUNNING")
_FORMATS: Final = {".csv": "CSV", ".jsonl": "JSONL", ".xlsx": "XLSX", ".parquet": "PARQUET"}
_ASK: Final = """
mutation Ask($input: ExportOrdersInput!) {
  exportOrders(input: $input) { export { id } userErrors { code message field } }
}
"""
_LOOK: Final = "query Look($id: ID!) { export(id: $id) { state done rows bytes code error link } }"


def export_file(
    file: Annotated[Path, typer.Argument(help="Where to: a name in .csv, .jsonl, .xlsx or .parquet.")],
    *,
    channel: Annotated[
        list[str] | None, typer.Option(help="Only orders of this channel, by its code; may be repeated.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only orders placed then or later: 2026-11-01, or a time; UTC if unsaid."),
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only orders placed before.")] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin a CSV with a byte order mark, which Excel needs.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Begin anew, also where an interrupted export could go on.")
    ] = False,
    url: Annotated[str | None, typer.Option(help="The API; default: what `forebay up` runs.")] = None,
    key: Annotated[str | None, typer.Option(envvar="FOREBAY_KEY", help="An API key for --url.")] = None,
    home: Annotated[Path | None, typer.Option(help="Where to look for `forebay up`.")] = None,
) -> None:
    """Export orders to a file; interrupted, the same command goes on where it was."""
    if file.suffix.lower() not in _FORMATS:
        raise CommandError(f"Name {file} {', '.join(_FORMATS)}.")
    asked = {
        "format": _FORMATS[file.suffix.lower()],
        "fileName": file.name[:200],
        "bom": bom,
        "where": _where(channel, since, until),
    }
    client = client_for(url, key, home, patience_s=PATIENCE_S)
    begun = _Begun(file, asked)
    try:
        if again:
            begun.forget()
        told = asyncio.run(_export(client, begun))
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
    except KeyboardInterrupt:
        console.print("Interrupted; the same command goes on from here.")
        raise typer.Exit(130) from None
    console.print(f"{file}: {told['rows']:,} rows, {told['bytes']:,} bytes")


def _where(channel: list[str] | None, since: str | None, until: str | None) -> dict[str, Any]:
    where: dict[str, Any] = {"channel": {"in": channel}} if channel else {}
    if since or until:
        where["placedAt"] = {"range": {"from": _moment(since, "--since"), "until": _moment(until, "--until")}}
    return where


def _moment(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} must be a day or a time such as 2026-11-01, not {text}.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


class _Begun:
    """What is kept beside a file until it is complete: which export it is, and what has arrived of it."""

    def __init__(self, file: Path, asked: dict[str, Any]) -> None:
        self.file = file
        self.asked = asked
        self.part = file.with_name(f"{file.name}.part")
        self._note = file.with_name(f"{file.name}.export")

    def known(self) -> str | None:
        """The id of the export that was begun by the same command."""
        try:
            noted = orjson.loads(self._note.read_bytes())
        except FileNotFoundError:
            return None
        return noted["id"] if noted["asked"] == self.asked else None

    def begin(self, export_id: str) -> None:
        self.forget()
        self._note.write_bytes(orjson.dumps({"id": export_id, "asked": self.asked}))

    def forget(self) -> None:
        self._note.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)

    def complete(self) -> None:
        self.part.replace(self.file)
        self._note.unlink(missing_ok=True)


async def _export(client: Client, begun: _Begun) -> dict[str, Any]:
    async with client:
        export_id = await _id(client, begun)
        with progress() as shown:
            task = shown.add_task("writing", told="", total=1.0)
            while (told := await _look(client, export_id))["state"] in UNDER_WAY:
                shown.update(task, completed=told["done"], told=f"{told['rows']:,} rows")
                await asyncio.sleep(LOOK_EVERY_S)
            if told["state"] != "DONE":
                begun.forget()
                raise CommandError(f"The export is {told['state']}: {told['error'] or told['code'] or ''}")
            shown.update(task, description="downloading", total=told["bytes"], completed=0)

            async def link() -> str:
                return str((await _look(client, export_id))["link"])

            await client.download(link, begun.part, seen=lambda size: shown.update(task, completed=size))
        begun.complete()
    return told


async def _id(client: Client, begun: _Begun) -> str:
    """The export that is under way for this file, or a new one."""
    known = begun.known()
    if known is not None:
        told = (await client.ask(_LOOK, id=known))["export"]
        if told is not None and (told["state"] in UNDER_WAY or told["link"]):
            return known
    asked = begun.asked | {"idempotencyKey": uuid4().hex}  # the client asks again what it got no answer to
    payload = (await client.ask(_ASK, input=asked))["exportOrders"]
    require_done(payload, "export")
    export_id: str = payload["export"]["id"]
    begun.begin(export_id)
    return export_id


async def _look(client: Client, export_id: str) -> dict[str, Any]:
    told: dict[str, Any] | None = (await client.ask(_LOOK, id=export_id))["export"]
    if told is None:
        raise CommandError("The export is gone.")
    return told
