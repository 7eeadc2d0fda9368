"""Every refusal reaches clients as a type of its own."""

import importlib
import pkgutil
from collections.abc import Iterator

from graphql import GraphQLInterfaceType

import api
import domain
from api.graphql.errors import ERROR_TYPES, is_mapped, user_error
from api.graphql.schema import schema
from domain.shared.refusal import Refusal


def _subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from _subclasses(below)


def _all_refusals() -> list[type[Refusal]]:
    for package in (domain, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = {kind for kind in _subclasses(Refusal) if kind.__module__.startswith(("domain.", "api."))}
    return sorted(ours, key=lambda kind: kind.__name__)


def test_every_refusal_has_a_type_in_the_schema() -> None:
    refusals = _all_refusals()
    assert len(refusals) > 20
    unmapped = [f"{kind.__module__}.{kind.__name__}" for kind in refusals if not is_mapped(kind)]
    assert not unmapped, f"give these a type in api/graphql/errors.py: {unmapped}"
    user_errors = schema._schema.type_map["UserError"]
    assert isinstance(user_errors, GraphQLInterfaceType)
    in_schema = {kind.name for kind in schema._schema.get_possible_types(user_errors)}
    assert {kind.__name__ for kind in refusals} <= in_schema
    assert len(ERROR_TYPES) == len(in_schema)


def test_codes_tell_refusals_apart() -> None:
    codes = [kind.code for kind in _all_refusals()]
    assert len(set(codes)) == len(codes)


def test_message_code_and_field_are_passed_on() -> None:
    for kind in _all_refusals():
        if "__init__" not in vars(kind):
            told = user_error(kind("Because.", field="lines[2].sku"))
            assert (told.message, told.code, told.field) == ("Because.", kind.code, "lines[2].sku")
            assert type(told).__name__ == kind.__name__
