"""Whatever has a list of its kinds is complete: handlers, events, transitions, the command line, the schema."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from api.graphql.export import schema_text
from cli.main import command_line
from domain.events.kinds import EventKind
from domain.fulfilment.lifecycle import ALLOCATING, TRANSITIONS, FulfilmentState, next_states, states_before
from domain.jobs.kinds import JobKind
from workers.jobs.registry import HANDLERS

ROOT = Path(__file__).parents[2]
RETURNS = {(FulfilmentState.ON_HOLD, FulfilmentState.OPEN)}  # the one way back


def test_the_schema_file_is_in_step() -> None:
    assert (ROOT / "schema.graphql").read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_every_kind_of_job_has_a_handler() -> None:
    assert HANDLERS.keys() == set(JobKind)
    assert len(set(HANDLERS.values())) == len(HANDLERS)


def test_every_kind_of_job_is_asked_for_somewhere() -> None:
    written = _domain(".py", besides="kinds.py")
    assert [kind for kind in JobKind if f"JobKind.{kind.name}" not in written] == []


def test_every_kind_of_event_is_recorded_somewhere() -> None:
    python, sql = _domain(".py", besides="kinds.py"), _domain(".sql", besides="checks")
    silent = [kind for kind in EventKind if f"EventKind.{kind.name}" not in python and f"'{kind}'" not in sql]
    assert silent == []


def _domain(suffix: str, *, besides: str) -> str:
    """All files of the domain with this suffix, as one text."""
    files = (path for path in sorted((ROOT / "domain").rglob(f"*{suffix}")) if besides not in path.parts)
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_a_parcel_goes_forwards_and_ends() -> None:
    order = list(FulfilmentState)
    ends = {state for state in FulfilmentState if not next_states(state)}
    assert ends == {FulfilmentState.DELIVERED, FulfilmentState.REJECTED, FulfilmentState.CANCELLED}
    for state, targets in TRANSITIONS.items():
        for target in targets:
            assert order.index(target) > order.index(state) or (state, target) in RETURNS, (state, target)
            assert state in states_before(target)


def test_what_has_left_the_building_cannot_be_taken_back() -> None:
    left = {FulfilmentState.SHIPPED, FulfilmentState.DELIVERED}
    for state in left:
        assert next_states(state) <= left
        assert state not in ALLOCATING
    for state in ALLOCATING:  # units that are promised can be given back from anywhere
        assert FulfilmentState.CANCELLED in next_states(state)


def _commands(group: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below `group` by its words; typer's classes are its own, not click's."""
    for name, command in getattr(group, "commands", {}).items():
        yield (*above, name), command
        yield from _commands(command, (*above, name))


COMMANDS = dict(_commands(typer.main.get_command(command_line())))


def test_there_are_commands() -> None:
    assert {("up",), ("demo",), ("check",), ("migrate",), ("key", "new")} <= COMMANDS.keys()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert command.help, words
    for parameter in command.params:
        hidden = getattr(parameter, "hidden", False)
        assert hidden or getattr(parameter, "help", None), f"{words}: {parameter.name}"
    shown = CliRunner().invoke(command_line(words[0]), [*words, "--help"])
    assert shown.exit_code == 0
    assert re.sub(r"\W+", "", command.help.splitlines()[0])[:20] in re.sub(r"\W+", "", shown.output)
