"""What an operation would cost, known before it runs.

Every object costs 1, scalars nothing. What a connection holds is multiplied by the page's size
(`first` or `last`), what another list holds by LIST_SIZE (or what LONG says of it), and a root field of a mutation costs
MUTATION_COST besides. A plan is made once for each document; with the variables at hand it is a
few additions.

Example:
    `orders(first: 50) { nodes { number lines { sku } } }` costs 1 + 50 * (1 + 5 * 1) = 301.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from api.graphql.connections import PAGE_DEFAULT, PAGE_MAX
from domain.reporting.registry import REPORTS

LIST_SIZE = 5  # a list without paging: an order's lines, its fulfilment orders
MUTATION_COST = 10

_PAGE_ARGUMENTS = ("first", "last")
_PAGE_FIELDS = ("edges", "nodes")  # these stand for a whole page of entries
_FREE_FIELDS = ("edges", "pageInfo")  # scaffolding of a connection


@dataclass(frozen=True, slots=True)
class Size:
    """How many of something there will be: the largest of what is given, or PAGE_DEFAULT.

    A value that is no number is refused later on, or is read in a way that we do not know: it counts as PAGE_MAX.
    """

    literals: tuple[int, ...] = ()
    variables: tuple[tuple[str, int | None], ...] = ()  # name, and its default

    def given(self, variables: Mapping[str, Any]) -> int:
        values = (variables.get(name, default) for name, default in self.variables)
        sizes = (*self.literals, *(_counted(value) for value in values if value is not None))
        return min(max(0, *sizes), PAGE_MAX) if sizes else PAGE_DEFAULT


def _counted(value: Any) -> int:
    """A variable of the type Int as its resolver will get it: 100.0 is 100 there, too."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return int(value) if whole else PAGE_MAX


ONE = Size((1,))
SOME = Size((LIST_SIZE,))
# Lists that are long by their nature.
LONG = {
    ("PickList", "rows"): Size((50,)),
    ("PickList", "parcels"): Size((50,)),
    ("Board", "minutes"): Size((60,)),
} | {(f"{report.row.__name__}ReportRows", "rows"): Size((50,)) for report in REPORTS}


@dataclass(slots=True, eq=False)
class Plan:
    """A cost: a constant, and other plans, each so many times. Fragments' plans are shared."""

    constant: int = 0
    parts: list[tuple[Size, "Plan"]] = field(default_factory=list)

    def add(self, other: "Plan", times: Size = ONE) -> None:
        if other.parts or times.variables:
            self.parts.append((times, other))
        else:
            self.constant += times.given({}) * other.constant

    def given(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables."""
        return self._given(variables, {}) if self.parts else self.constant

    def _given(self, variables: Mapping[str, Any], known: dict[int, int]) -> int:
        # each shared plan once: fragments that spread each other twice would double at every level
        if id(self) not in known:
            known[id(self)] = self.constant + sum(
                size.given(variables) * part._given(variables, known)  # noqa: SLF001
                for size, part in self.parts
            )
        return known[id(self)]


def plan_of(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    schema: GraphQLSchema,
) -> Plan:
    """The plan of an operation of a valid document."""
    root = schema.get_root_type(operation.operation)
    assert root is not None
    plan = _Pricing(operation, fragments, schema).selections(operation.selection_set, root, None)
    if operation.operation is not OperationType.QUERY:
        plan.constant += MUTATION_COST * len(operation.selection_set.selections)
    return plan


class _Pricing:
    def __init__(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        schema: GraphQLSchema,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._plans: dict[tuple[str, Size | None], Plan] = {}
        self._defaults = {
            definition.variable.name.value: int(definition.default_value.value)
            for definition in operation.variable_definitions or ()
            if isinstance(definition.default_value, IntValueNode)
        }

    def selections(self, selections: SelectionSetNode, parent: GraphQLNamedType, page: Size | None) -> Plan:
        """The plan of what is selected on `parent`, which holds a `page` if it is a connection."""
        plan = Plan()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                times = page if page is not None and node.name.value in _PAGE_FIELDS else ONE
                plan.add(self._field(node, parent, page), times)
            elif isinstance(node, FragmentSpreadNode):
                plan.add(self._fragment(node.name.value, page))
            elif isinstance(node, InlineFragmentNode):
                plan.add(self.selections(node.selection_set, self._narrowed(node, parent), page))
        return plan

    def _fragment(self, name: str, page: Size | None) -> Plan:
        if (name, page) not in self._plans:
            fragment = self._fragments[name]
            narrowed = self._schema.type_map[fragment.type_condition.name.value]
            self._plans[name, page] = self.selections(fragment.selection_set, narrowed, page)
        return self._plans[name, page]

    def _narrowed(self, node: InlineFragmentNode, parent: GraphQLNamedType) -> GraphQLNamedType:
        return self._schema.type_map[node.type_condition.name.value] if node.type_condition else parent

    def _field(self, node: FieldNode, parent: GraphQLNamedType, page: Size | None) -> Plan:
        name = node.name.value
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        definition = fields.get(name)
        if definition is None or node.selection_set is None:  # introspection, scalars
            return Plan(int(node.selection_set is not None))

        entries = self._page_size(node) if any(a in definition.args for a in _PAGE_ARGUMENTS) else None
        inner = self.selections(node.selection_set, get_named_type(definition.type), entries)
        plan = Plan(0 if page is not None and name in _FREE_FIELDS else 1)
        plan.add(inner)
        if page is not None and name in _PAGE_FIELDS:
            return plan
        many = is_list_type(get_nullable_type(definition.type))
        listed = Plan()
        listed.add(plan, LONG.get((parent.name, name), SOME) if many else ONE)
        return listed

    def _page_size(self, node: FieldNode) -> Size:
        values = [
            argument.value for argument in node.arguments or () if argument.name.value in _PAGE_ARGUMENTS
        ]
        literals = tuple(int(value.value) for value in values if isinstance(value, IntValueNode))
        names = [value.name.value for value in values if isinstance(value, VariableNode)]
        return Size(literals, tuple((name, self._defaults.get(name)) for name in names))
