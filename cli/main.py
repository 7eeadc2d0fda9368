"""The command line: `forebay up`, `demo`, and everything that runs or looks after an installation."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from cli.commands.allocate import allocate
from cli.commands.check import check
from cli.commands.credentials import credentials
from cli.commands.demo import demo
from cli.commands.export_orders import export_file
from cli.commands.import_orders import import_file
from cli.commands.keys import key
from cli.commands.migrating import migrate
from cli.commands.pick_list import pick_list
from cli.commands.places import places
from cli.commands.replay import replay
from cli.commands.reports import reports
from cli.commands.schema import schema
from cli.commands.serving import api, relay, worker
from cli.commands.status import status
from cli.commands.training import training
from cli.commands.up import up
from cli.embedded import EmbeddedServerError
from cli.errors import CommandError
from domain.shared.refusal import Refusal

app = typer.Typer(
    help="Forebay: one order pool, one stock ledger, automatic allocation.\n\n"
    "Try `forebay demo` for real orders on a whole installation, or `forebay up` for an empty one.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command(rich_help_panel="Start here")(demo)
app.command(rich_help_panel="Start here")(up)
app.command(rich_help_panel="Start here")(training)
app.command(rich_help_panel="Start here")(replay)
app.command("import", rich_help_panel="Start here")(import_file)
app.command("export", rich_help_panel="Start here")(export_file)
app.command(rich_help_panel="Single processes")(api)
app.command(rich_help_panel="Single processes")(worker)
app.command(rich_help_panel="Single processes")(relay)
app.command(rich_help_panel="Plan")(allocate)
app.command(rich_help_panel="Plan")(pick_list)
app.command(rich_help_panel="Look after it")(migrate)
app.command(rich_help_panel="Look after it")(status)
app.command(rich_help_panel="Look after it")(check)
app.command(rich_help_panel="Look after it")(schema)
app.add_typer(reports, name="reports", rich_help_panel="Look after it")
app.add_typer(places, name="places", rich_help_panel="Look after it")
app.add_typer(key, name="key", rich_help_panel="Look after it")
app.add_typer(credentials, name="credentials", rich_help_panel="Look after it")


def main() -> None:
    """Run the command line; what a person can mend is one line on standard error."""
    try:
        app()
    except (CommandError, EmbeddedServerError, Refusal) as error:
        Console(stderr=True).print(
            f"[bold red]forebay:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
