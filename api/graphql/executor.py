"""graphql-core's executor, quick where nothing is to be resolved, and without what makes a subscription grow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_nullable_type,
)
from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

CACHED_FIELDS = 4_096  # more than the schema has


class LeanExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes as its base does.

    Fields that merely show an attribute make up most of a list. They are read without arguments, an
    `info` and a resolver; whatever is unusual about one is left to the base, which says what is wrong.

    Each event of a subscription has a memory of its own. graphql-core 3.3.2 lets them share the
    cache of collected fields, whose keys are lists made anew for each event: nothing is ever found
    again, and everything is kept (measured: 700 bytes and 8 objects an event and subscriber, and
    collector pauses of 200 ms after a minute).
    """

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Any,
        position_context: Any,
    ) -> Any:
        shown = _shown(parent_type, field_details_list[0].node.name.value)
        if shown is not None:
            value = getattr(source, shown.attribute, None)
            if value is None and shown.nullable:
                return None
            try:
                coerced = shown.coerce(value)
            except Exception:  # noqa: BLE001 -- the base meets it again, and knows where it belongs
                coerced = None
            if coerced is not None:
                return coerced
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def build_per_event_executor(self, payload: Any) -> "Executor[Any]":
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}  # noqa: SLF001 -- there is no other way to it
        return executor


@dataclass(frozen=True, slots=True)
class _Shown:
    """A field that shows an attribute of its object as a scalar or an enum."""

    attribute: str
    coerce: Callable[[Any], Any]
    nullable: bool


@lru_cache(maxsize=CACHED_FIELDS)
def _shown(parent_type: GraphQLObjectType, name: str) -> _Shown | None:
    """How to show the field; None if it takes more than that."""
    field = parent_type.fields.get(name)
    definition = field and field.extensions.get("strawberry-definition")
    if field is None or not isinstance(definition, StrawberryField) or field.args:
        return None
    kind = get_nullable_type(field.type)
    # strawberry marks its resolver that only reads an attribute
    if not isinstance(kind, GraphQLScalarType | GraphQLEnumType) or not hasattr(field.resolve, "_is_default"):
        return None
    return _Shown(
        definition.python_name, kind.coerce_output_value, not isinstance(field.type, GraphQLNonNull)
    )
