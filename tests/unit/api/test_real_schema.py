"""The real schema's operations fit the limits that they are meant to fit."""

import pytest
from graphql import get_introspection_query

from api.graphql.limits import TOKENS_MAX
from api.graphql.preparing import prepare
from api.graphql.schema import schema
from domain.shared.settings import Settings

ORDER_LIST = """
    query Orders($n: Int = 50) {
      orders(first: $n) {
        edges { cursor node { id number lines { sku variant { name } } channel { name } } }
        pageInfo { endCursor hasNextPage }
      }
    }
"""


def cost(query: str, **variables: object) -> int:
    document = prepare(schema, query)
    assert not document.errors, document.errors
    [operation] = document.operations.values()
    return operation.plan.given(variables)


@pytest.mark.parametrize("input_value_deprecation", [True, False])
def test_tools_may_introspect(input_value_deprecation: bool) -> None:  # noqa: FBT001
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=input_value_deprecation,
    )
    assert len(query.split()) < TOKENS_MAX
    assert cost(query) <= 1


def test_a_page_of_orders_with_lines_is_affordable() -> None:
    assert cost(ORDER_LIST) == 1 + 50 * (1 + 5 * 2 + 1)
    assert cost(ORDER_LIST, n=100) <= Settings().query_cost_max


def test_a_whole_pick_list_is_affordable_and_a_page_of_them_is_not() -> None:
    listed = """
        fragment Listed on Wave {
          pickList {
            rows { sku units variant { name } }
            parcels { fulfilmentOrder { number order { number } lines { sku quantity } } }
          }
        }
    """
    one = '{ wave(id: "x") { ...Listed } }'
    many = "{ waves(first: 100) { nodes { ...Listed } } }"
    assert cost(one + listed) == 1 + 1 + 50 * 2 + 50 * (1 + 1 + 1 + 5)
    assert cost(many + listed) > Settings().query_cost_max
