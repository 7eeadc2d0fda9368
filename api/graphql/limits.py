"""How large an operation may be, checked before anything else looks at it.

Each number is generous for a person's query and small for the machine. Beyond them lies the cost
(`cost.py`), which counts what an operation would read rather than how long its text is.
"""

from collections.abc import Iterator

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
)

DOCUMENT_CHARS_MAX = 65_536
TOKENS_MAX = 8_000
SELECTIONS_MAX = 500  # fields and spreads: the rule about overlapping fields takes quadratic time
DEPTH_MAX = 16
ALIASES_MAX = 60
DIRECTIVES_MAX = 60
ROOT_FIELDS_MAX = 20

# Bodies: bulk mutations carry up to 500 orders in their variables (an order of ten lines is about
# 3 kB, and 500 large ones with a hundred lines each about 10 MB). A key that can only read never needs that.
BODY_BYTES_MAX = 1024 * 1024
BODY_BYTES_MAX_WRITING = 16 * 1024 * 1024

_INTROSPECTION = ("__schema", "__type")  # MaxIntrospectionDepthRule looks after these


class DocumentLimits(ASTValidationRule):
    """The document's depth, fields, aliases, directives and root fields are within the limits.

    Linear in the document's size: fragments are measured once each, wherever they are spread.
    """

    def enter_document(self, node: DocumentNode, *_args: object) -> None:
        for message in excesses(node):
            self.report_error(GraphQLError(message, extensions={"code": "QUERY_TOO_LARGE"}))


LIMIT_RULES: tuple[type[ASTValidationRule], ...] = (DocumentLimits,)


def excesses(document: DocumentNode) -> Iterator[str]:
    """What is too much about this document, in words."""
    measure = _Measure(document)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    counts = {
        "selections": (measure.selections, SELECTIONS_MAX),
        "aliases": (measure.aliases, ALIASES_MAX),
        "directives": (measure.directives, DIRECTIVES_MAX),
        "levels": (max((measure.depth(node.selection_set) for node in operations), default=0), DEPTH_MAX),
        "root fields": (
            max((measure.width(node.selection_set) for node in operations), default=0),
            ROOT_FIELDS_MAX,
        ),
    }
    for what, (count, most) in counts.items():
        if count > most:
            yield f"This document has {count} {what}; at most {most} are allowed."


class _Measure:
    """Counts over one document. Unknown and cyclic fragments count nothing: other rules refuse them."""

    def __init__(self, document: DocumentNode) -> None:
        self.selections = self.aliases = self.directives = 0
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._depths: dict[str, int] = {}
        self._widths: dict[str, int] = {}
        for node in document.definitions:
            self._count(node)

    def _count(self, node: object) -> None:
        self.directives += len(getattr(node, "directives", None) or ())
        for variable in getattr(node, "variable_definitions", None) or ():
            self.directives += len(variable.directives or ())
        if isinstance(node, FieldNode):
            self.aliases += node.alias is not None
        inner = getattr(node, "selection_set", None)
        for selection in inner.selections if inner else ():
            self.selections += 1
            self._count(selection)

    def depth(self, selections: SelectionSetNode | None) -> int:
        """The number of fields on the longest way down."""
        deepest = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                below = 0 if node.name.value in _INTROSPECTION else self.depth(node.selection_set)
                deepest = max(deepest, 1 + below)
            elif isinstance(node, FragmentSpreadNode):
                deepest = max(deepest, self._once(node.name.value, self._depths, self.depth))
            else:
                deepest = max(deepest, self.depth(node.selection_set))  # type: ignore[attr-defined]
        return deepest

    def width(self, selections: SelectionSetNode) -> int:
        """The number of fields right here, through fragments."""
        total = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total += 1
            elif isinstance(node, FragmentSpreadNode):
                total += self._once(node.name.value, self._widths, self.width)
            else:
                total += self.width(node.selection_set)  # type: ignore[attr-defined]
        return total

    def _once(self, name: str, known: dict[str, int], measure: object) -> int:
        if name not in known:
            known[name] = 0  # while it is being measured, so that a cycle ends
            fragment = self._fragments.get(name)
            if fragment is not None:
                known[name] = measure(fragment.selection_set)  # type: ignore[operator]
        return known[name]
