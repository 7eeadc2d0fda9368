"""What the schema is built with: everything that is decided before an operation runs.

One extension for all of it, and none with `resolve()`: each further one costs every request, and a
`resolve()` costs every field (measured: three times as long for lists).
"""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from api.graphql.preparing import Prepared, cost_extension, prepare, too_costly
from domain.shared.settings import settings


class Gate(SchemaExtension):
    """Takes the prepared document from memory and lets nothing through that is over budget."""

    _cost: int | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        self._prepared: Prepared = prepare(context.schema, context.query or "")
        context.graphql_document = self._prepared.document
        if not self._prepared.document.definitions:  # it couldn't be parsed: say why
            raise self._prepared.errors[0].with_traceback(None)  # it is shared, and would grow
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        context.pre_execution_errors = list(self._prepared.errors) or self._price()
        yield

    def get_results(self) -> dict[str, Any]:
        if self._cost is None:
            return {}
        return {"cost": cost_extension(self._cost, settings().query_cost_max)}

    def _price(self) -> list[GraphQLError]:
        operation = self._prepared.operation(self.execution_context.operation_name)
        if operation is None:
            return []  # strawberry has refused it already
        self._cost = operation.plan.given(self.execution_context.variables or {})
        limit = settings().query_cost_max
        return [too_costly(self._cost, limit)] if self._cost > limit else []


EXTENSIONS: list[type[SchemaExtension]] = [Gate]
