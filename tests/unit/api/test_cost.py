"""The cost of an operation is what its docstring says, and is known without running it."""

import pytest
from graphql import parse, validate

from api.graphql.limits import ALIASES_MAX, DEPTH_MAX, LIMIT_RULES, SELECTIONS_MAX
from api.graphql.preparing import Prepared, prepare
from tests.integration.api.schema import SCHEMA


def prepared(query: str) -> Prepared:
    return prepare(SCHEMA, query)


def cost(query: str, **variables: object) -> int:
    document = prepared(query)
    assert not document.errors, document.errors
    [operation] = document.operations.values()
    return operation.plan.given(variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ me }", 0),
        ("{ items(first: 50) { nodes { number } } }", 1 + 50),
        ("{ items { nodes { number } } }", 1 + 20),
        ("{ items(first: 100000) { nodes { number } } }", 1 + 100),
        (
            "{ items(first: 3) { nodes { me { number } items(first: 7) { nodes { number } } } } }",
            1 + 3 * (1 + 1 + 8),
        ),
        ("{ a: items(first: 2) { nodes { number } } b: items(first: 2) { nodes { number } } }", 6),
        (
            "{ ...F } fragment F on Query { items(first: 2) { ...G } } fragment G on ItemConnection { nodes { number } }",
            3,
        ),
        ("{ __schema { types { name } } }", 1),
        ('mutation { ping(text: "x") }', 10),
        ("subscription { count(to: 3) }", 10),
    ],
)
def test_an_operation_costs(query: str, expected: int) -> None:
    assert cost(query) == expected


def test_variables_decide_the_size_of_pages() -> None:
    query = "query ($n: Int = 4) { items(first: $n) { nodes { number } } }"
    assert cost(query) == 1 + 4
    assert cost(query, n=9) == 1 + 9
    assert cost(query, n=None) == 1 + 20
    assert cost(query, n=-5) == 1
    assert cost(query, n=100.0) == 1 + 100
    for odd in ("many", 1.5, float("inf"), float("nan"), [3], {"n": 3}):
        assert cost(query, n=odd) == 1 + 100


def test_fragments_that_double_at_every_level_are_priced_at_once() -> None:
    levels = 6  # two fields a level, and just below the aliases that are allowed
    fragments = "".join(
        f"fragment F{n} on Item {{ "
        + " ".join(f"a{k}: items(first: $n) {{ nodes {{ ...F{n + 1} }} }}" for k in range(9))
        + " }"
        for n in range(levels)
    )
    query = f"query ($n: Int) {{ items(first: $n) {{ nodes {{ ...F0 }} }} }} {fragments} fragment F{levels} on Item {{ number }}"
    # expanding every spread would take longer than anybody waits
    assert cost(query, n=100) > 10**12


def excess(query: str) -> str:
    [error] = validate(SCHEMA._schema, parse(query), LIMIT_RULES)
    assert error.extensions == {"code": "QUERY_TOO_LARGE"}
    return error.message


def test_too_deep() -> None:
    query = "{ items { nodes {" + "me {" * DEPTH_MAX + "number" + "}" * DEPTH_MAX + "} } }"
    assert "levels" in excess(query)


def test_depth_counts_through_fragments() -> None:
    chain = "".join(f"fragment F{n} on Item {{ me {{ ...F{n + 1} }} }}" for n in range(DEPTH_MAX))
    query = f"{{ items {{ nodes {{ ...F0 }} }} }} {chain} fragment F{DEPTH_MAX} on Item {{ number }}"
    assert "levels" in excess(query)


def test_too_many_aliases() -> None:
    inner = " ".join(f"a{n}: number" for n in range(ALIASES_MAX + 1))
    assert "aliases" in excess(f"{{ items {{ nodes {{ {inner} }} }} }}")


def test_too_many_root_fields() -> None:
    assert "root fields" in excess("{" + " me" * 21 + "}")


def test_too_many_directives() -> None:
    assert "directives" in excess("{ me " + "@include(if: true) " * 61 + "}")


def test_too_many_fields_are_refused_before_the_quadratic_rules_see_them() -> None:
    query = "{ items { nodes { " + "number " * 3_900 + "} } }"
    [error] = prepared(query).errors
    assert "selections" in error.message


@pytest.mark.parametrize("selection", ["number ", "me { number } "])
def test_the_largest_document_is_let_through(selection: str) -> None:
    count = (SELECTIONS_MAX - 2) // (2 if "me" in selection else 1)
    assert not prepared("{ items { nodes { " + selection * count + "} } }").errors


@pytest.mark.parametrize("query", ["{" * 3_000, "{ me" + "(a: " + "[" * 3_000])
def test_nesting_without_end_is_refused(query: str) -> None:
    [error] = prepared(query).errors
    assert (error.extensions or {})["code"] in ("QUERY_TOO_LARGE", "GRAPHQL_PARSE_FAILED")


def test_a_fragment_cycle_is_refused_and_not_walked() -> None:
    query = (
        "{ items { nodes { ...A } } } fragment A on Item { me { ...B } } fragment B on Item { me { ...A } }"
    )
    codes = [(error.extensions or {})["code"] for error in prepared(query).errors]
    assert codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_document_is_prepared_once() -> None:
    assert prepared("{ me me }") is prepared("{ me me }")


async def test_the_gate_holds_for_the_bare_schema_too() -> None:
    result = await SCHEMA.execute(
        "{ items(first: 100) { nodes { items(first: 100) { nodes { number } } } } }"
    )
    assert result.errors
    assert (result.errors[0].extensions or {})["code"] == "QUERY_TOO_COSTLY"
    assert result.extensions == {"cost": {"requested": 1 + 100 * (2 + 100), "limit": 5000}}


async def test_the_bare_schema_says_why_a_document_cannot_be_parsed() -> None:
    for _ in range(2):  # the error is remembered: raising it again must not let it grow
        result = await SCHEMA.execute("{ me")
        assert result.errors
        assert "Syntax Error" in result.errors[0].message
