"""`forebay schema`: write schema.graphql, or check that it is in step."""

import difflib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.errors import CommandError

console = Console()
LINES_SHOWN_MAX = 40


def schema(
    path: Annotated[Path, typer.Option(help="Where the schema stands.")] = Path("schema.graphql"),
    *,
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit 1 on a difference.")] = False,
) -> None:
    """Write the GraphQL schema to schema.graphql, or check that the file is in step."""
    from api.graphql.export import schema_text  # noqa: PLC0415 - takes a second to build

    now = schema_text()
    if not check:
        path.write_text(now, encoding="utf-8")
        console.print(f"Wrote {path}.")
        return
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before != now:
        difference = difflib.unified_diff(
            before.splitlines(), now.splitlines(), str(path), "the code", lineterm=""
        )
        console.print("\n".join(list(difference)[:LINES_SHOWN_MAX]), markup=False, highlight=False)
        raise CommandError(f"{path} is out of step; run `make schema` and commit it.")
    console.print(f"{path} is in step.")
