"""Parse, validate, limit and price a document: once for each text, then from memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql.cost import Plan, plan_of
from api.graphql.limits import DOCUMENT_CHARS_MAX, LIMIT_RULES, TOKENS_MAX

# One tuple of rule classes for all documents: rules made anew for each request could not be cached.
RULES: tuple[type[ASTValidationRule], ...] = (
    *specified_rules,
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)
CACHED_DOCUMENTS = 512
CACHED_CHARS_MAX = 8_192  # so that full of the largest documents the cache still holds under 200 MB
_EMPTY = DocumentNode(definitions=())


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a prepared document."""

    name: str | None
    type: OperationType
    plan: Plan


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document and what is known about it. With errors it has no operations."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...] = ()
    operations: Mapping[str | None, Operation] = field(default_factory=dict)

    def operation(self, name: str | None) -> Operation | None:
        """The operation to run; None if the document leaves open which one that is."""
        if name:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


def prepare(schema: strawberry.Schema, text: str) -> Prepared:
    """The document `text`, ready to run or with its errors."""
    return (_remembered if len(text) <= CACHED_CHARS_MAX else _prepare)(schema, text)


def _prepare(schema: strawberry.Schema, text: str) -> Prepared:
    if len(text) > DOCUMENT_CHARS_MAX:
        return refused(
            f"A document has at most {DOCUMENT_CHARS_MAX} characters; put data into variables.",
            "QUERY_TOO_LARGE",
        )
    try:
        document = parse(text, no_location=False, max_tokens=TOKENS_MAX)
    except GraphQLSyntaxError as error:
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        return Prepared(_EMPTY, (error,))
    except RecursionError:
        return refused("This document is nested too deeply.", "QUERY_TOO_LARGE")
    return checked(schema._schema, document)  # noqa: SLF001 -- strawberry offers no other way to it


_remembered = lru_cache(maxsize=CACHED_DOCUMENTS)(_prepare)


def refused(message: str, code: str) -> Prepared:
    return Prepared(_EMPTY, (GraphQLError(message, extensions={"code": code}),))


def checked(schema: GraphQLSchema, document: DocumentNode) -> Prepared:
    """The limits first: some rules of the specification take quadratic time."""
    errors = validate(schema, document, LIMIT_RULES) or validate(schema, document, RULES)
    if errors:
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (error.extensions or {})
        return Prepared(document, tuple(errors))
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    operations = [
        Operation(node.name.value if node.name else None, node.operation, plan_of(node, fragments, schema))
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return Prepared(document, (), {operation.name: operation for operation in operations})


def too_costly(cost: int, limit: int) -> GraphQLError:
    return GraphQLError(
        f"This operation costs {cost}; at most {limit} is allowed. Ask for smaller pages or fewer fields.",
        extensions={"code": "QUERY_TOO_COSTLY", "cost": cost, "limit": limit},
    )


def cost_extension(cost: int, limit: int) -> dict[str, Any]:
    return {"requested": cost, "limit": limit}
