"""Partners learn the API from its descriptions: everything public has one."""

from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from api.graphql.export import schema_text
from api.graphql.schema import schema

_SPEAKS_FOR_ITSELF = ("Int", "Float", "String", "Boolean", "ID")


def _undescribed() -> Iterator[str]:
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__") or name in _SPEAKS_FOR_ITSELF:
            continue
        if not kind.description:
            yield name
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                if not field.description:
                    yield f"{name}.{field_name}"
                yield from (
                    f"{name}.{field_name}({arg})"
                    for arg, it in field.args.items()
                    if arg != "input" and not it.description  # an input's type describes it
                )
        if isinstance(kind, GraphQLInputObjectType):
            yield from (
                f"{name}.{field_name}" for field_name, it in kind.fields.items() if not it.description
            )


def test_everything_public_is_described() -> None:
    assert list(_undescribed()) == []


def test_enum_values_are_upper_case() -> None:
    enums = [kind for name, kind in schema._schema.type_map.items() if isinstance(kind, GraphQLEnumType)]
    values = [value for kind in enums if not kind.name.startswith("__") for value in kind.values]
    assert values == [value.upper() for value in values]


def test_the_export_is_the_schema() -> None:
    text = schema_text()
    assert text.endswith("\n")
    for name in (
        "type Order implements Node",
        "interface UserError",
        "scalar Decimal",
        "type OrderConnection",
    ):
        assert name in text
