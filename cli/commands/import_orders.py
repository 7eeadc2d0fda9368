"""`forebay import FILE`: upload a file of orders, and watch it being worked off."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import uuid4

import orjson
import typer
from rich.table import Table

from cli.client import PATIENCE_S, Client, require_done
from cli.commands.asking import client_for
from cli.commands.progress import console, progress
from cli.errors import CommandError

LOOK_EVERY_S: Final = 0.5
BEGINNING_BYTES: Final = 65_536
ENDED: Final = ("DONE", "FAILED", "CANCELLED", "PAUSED")
_OPEN: Final = """
mutation Open($input: ImportOrdersInput!) {
  importOrders(input: $input) { import { id uploadPath received } userErrors { code message field } }
}
"""
_LOOK: Final = """
query Look($id: ID!) {
  import(id: $id) { state done rows placed replayed refused code error uploadPath }
}
"""


def import_file(
    file: Annotated[Path, typer.Argument(help="Orders as JSON lines or CSV: plain, gzip or xz.")],
    *,
    channel: Annotated[str, typer.Option(help="The code of the channel that the orders go into.")],
    form: Annotated[str | None, typer.Option("--format", help="JSONL or CSV; default: by the name.")] = None,
    columns: Annotated[
        Path | None, typer.Option(help="A JSON file that says how a CSV is read: docs/order-format.md.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Where refused rows go; default: FILE.errors.csv or .jsonl here.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="A new import, even if this file was imported before.")
    ] = False,
    url: Annotated[str | None, typer.Option(help="The API; default: what `forebay up` runs.")] = None,
    key: Annotated[str | None, typer.Option(envvar="FOREBAY_KEY", help="An API key for --url.")] = None,
    home: Annotated[Path | None, typer.Option(help="Where to look for `forebay up`.")] = None,
) -> None:
    """Import a file of orders; interrupted, the same command goes on where it was.

    Refused rows are written to a file of their own: mend them there, and import that.
    """
    if not file.is_file():
        raise CommandError(f"There is no file {file}; docs/order-format.md describes what to give.")
    kind = (form or ("CSV" if ".csv" in file.suffixes else "JSONL")).upper()
    asked = {"channel": channel, "format": kind, "fileName": file.name[:200], "reading": _reading(columns)}
    asked["idempotencyKey"] = uuid4().hex if again else _name(file, asked)
    client = client_for(url, key, home, patience_s=PATIENCE_S)
    target = errors or Path(f"{file.name}.errors.{kind.lower()}")
    try:
        told = asyncio.run(_import(client, file, asked, target))
    except KeyboardInterrupt:
        console.print("Interrupted; the same command goes on from here.")
        raise typer.Exit(130) from None
    if told["state"] != "DONE":
        console.print(f"[bold red]{told['state']}[/]: {told['error'] or told['code'] or ''}")
        raise typer.Exit(1)


def _reading(columns: Path | None) -> dict[str, Any] | None:
    """A map of columns alone, or all that can be said of how to read a CSV."""
    if columns is None:
        return None
    try:
        said = orjson.loads(columns.read_bytes())
    except (OSError, orjson.JSONDecodeError) as wrong:
        raise CommandError(f"{columns} cannot be read as JSON: {wrong}.") from wrong
    if not isinstance(said, dict):
        raise CommandError(f"{columns} must hold a JSON object.")
    return said if isinstance(said.get("columns"), dict) else {"columns": said}


def _name(file: Path, asked: dict[str, Any]) -> str:
    """The same for the same file and question, so that an interrupted import is found again."""
    with file.open("rb") as opened:
        beginning = opened.read(BEGINNING_BYTES)
    about = orjson.dumps([asked, file.stat().st_size], option=orjson.OPT_SORT_KEYS)
    return f"import-{sha256(about + beginning).hexdigest()}"


async def _import(client: Client, file: Path, asked: dict[str, Any], target: Path) -> dict[str, Any]:
    async with client:
        payload = (await client.ask(_OPEN, input=asked))["importOrders"]
        require_done(payload, "import")
        opened = payload["import"]
        with progress() as shown:
            task = shown.add_task("uploading", told="", total=_size(file), completed=opened["received"])
            await client.upload(
                opened["uploadPath"], file, seen=lambda sent: shown.update(task, completed=sent)
            )
            shown.update(task, description="importing", total=1.0, completed=0.0)
            while (told := (await client.ask(_LOOK, id=opened["id"]))["import"])["state"] not in ENDED:
                shown.update(task, completed=told["done"], told=_told(told))
                await asyncio.sleep(LOOK_EVERY_S)
        if told["refused"]:
            _write(target, await client.fetch(f"{told['uploadPath']}/errors{target.suffix}"))
        console.print(_summary(file, told, target))
    return dict(told)


def _size(file: Path) -> int:
    return file.stat().st_size


def _write(target: Path, rows: bytes) -> None:
    try:
        target.write_bytes(rows)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from error


def _told(told: dict[str, Any]) -> str:
    return (
        f"[green]{told['placed']:,} placed[/]  {told['replayed']:,} there already  "
        f"[yellow]{told['refused']:,} refused[/]"
    )


def _summary(file: Path, told: dict[str, Any], target: Path) -> Table:
    table = Table(title=f"{file.name}: {told['rows']:,} rows", title_justify="left", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("orders placed", f"{told['placed']:,}", style="green")
    table.add_row("there already", f"{told['replayed']:,}")
    table.add_row("refused", f"{told['refused']:,}", style="yellow" if told["refused"] else None)
    if told["refused"]:
        table.add_row("to mend", str(target))
    return table
