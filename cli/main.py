"""The command line: `forebay up`, `demo`, and everything that runs or looks after an installation.

Importing all commands takes a second, and the solver that only two of them need: a command that is named is imported alone.
"""

import sys
from importlib import import_module

import typer
from rich.console import Console
from rich.markup import escape

from cli.embedded import EmbeddedServerError
from cli.errors import CommandError
from domain.shared.refusal import Refusal

# By the word that is typed: its module in `cli.commands`, what it is called there, and its panel in the help.
COMMANDS = {
    "demo": ("demo", "demo", "Start here"),
    "up": ("up", "up", "Start here"),
    "training": ("training", "training", "Start here"),
    "replay": ("replay", "replay", "Start here"),
    "import": ("import_orders", "import_file", "Start here"),
    "export": ("export_orders", "export_file", "Start here"),
    "api": ("serving", "api", "Single processes"),
    "worker": ("serving", "worker", "Single processes"),
    "relay": ("serving", "relay", "Single processes"),
    "allocate": ("allocate", "allocate", "Plan"),
    "pick-list": ("pick_list", "pick_list", "Plan"),
    "migrate": ("migrating", "migrate", "Look after it"),
    "status": ("status", "status", "Look after it"),
    "check": ("check", "check", "Look after it"),
    "schema": ("schema", "schema", "Look after it"),
    "reports": ("reports", "reports", "Look after it"),
    "places": ("places", "places", "Look after it"),
    "key": ("keys", "key", "Look after it"),
    "credentials": ("credentials", "credentials", "Look after it"),
}


def command_line(*words: str) -> typer.Typer:
    """The command line with these commands; without any, with all of them."""
    app = typer.Typer(
        help="Forebay: one order pool, one stock ledger, automatic allocation.\n\n"
        "Try `forebay demo` for real orders on a whole installation, or `forebay up` for an empty one.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_nothing)  # or a single command would not be named
    for word in words or COMMANDS:
        module, name, panel = COMMANDS[word]
        command = getattr(import_module(f"cli.commands.{module}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=word, rich_help_panel=panel)
        else:
            app.command(word, rich_help_panel=panel)(command)
    return app


def _nothing() -> None:
    pass


def main() -> None:
    """Run the command line; what a person can mend is one line on standard error."""
    try:
        command_line(*(word for word in sys.argv[1:2] if word in COMMANDS))()
    except (CommandError, EmbeddedServerError, Refusal) as error:
        Console(stderr=True).print(
            f"[bold red]forebay:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
