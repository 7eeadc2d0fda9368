"""What the documentation shows must work: its GraphQL is valid, its commands and links exist."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from typer.main import get_command
from typer.testing import CliRunner

from api.graphql.export import schema_text
from cli.main import command_line

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*.md")])
SCHEMA = build_schema(schema_text())


def _blocks(language: str) -> list[tuple[str, str]]:
    fence = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    return [(page.name, found[1]) for page in PAGES for found in fence.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "document"), _blocks("graphql"))
def test_graphql_is_valid(page: str, document: str) -> None:
    # an example may use variables without declaring them, as a reader would in an explorer
    declared = re.sub(r"^subscription \{", "subscription ($position: String) {", document)
    assert not validate(SCHEMA, parse(declared)), page


def test_queries_in_commands_are_valid() -> None:
    queries = [q for _, block in _blocks("sh") for q in re.findall(r'\{"query": "(.*?)"\}', block)]
    assert queries
    for query in queries:
        assert not validate(SCHEMA, parse(query)), query


def test_commands_exist() -> None:
    named = {
        command
        for _, block in _blocks("sh")
        for command in re.findall(r"^(?:\.venv/bin/)?forebay ([a-z]+)", block, re.MULTILINE)
    }
    commands = get_command(command_line()).commands  # type: ignore[attr-defined]
    assert named
    assert named <= commands.keys()
    for command in named:
        assert CliRunner().invoke(command_line(command), [command, "--help"]).exit_code == 0


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
