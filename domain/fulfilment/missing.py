"""What is missing of a parcel: units of its lines, which were not there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.fulfilment.lines import FulfilmentLine
from domain.shared.refusal import InvalidInput


class InvalidShortPick(InvalidInput):
    """What is said to be missing was not in the parcel."""

    code = "INVALID_SHORT_PICK"


def missing_of(units: Mapping[UUID, int], lines: Sequence[FulfilmentLine]) -> list[FulfilmentLine]:
    """The parcel's lines with the units that are missing, said by order line. Pure.

    Raises:
        InvalidShortPick: nothing is missing, or more than there was, or of another order.
    """
    parcel = {line.order_line_id: line for line in lines}
    if not units:
        raise InvalidShortPick("Say what is missing.", field="missing")
    for at, (line_id, count) in enumerate(units.items()):
        if line_id not in parcel:
            raise InvalidShortPick("This line is not in the parcel.", field=f"missing[{at}].orderLineId")
        if not 1 <= count <= parcel[line_id].quantity:
            raise InvalidShortPick(
                f"1 to {parcel[line_id].quantity} units of it can be missing.",
                field=f"missing[{at}].quantity",
            )
    return [replace(parcel[line_id], quantity=count) for line_id, count in units.items()]


def rest_of(lines: Sequence[FulfilmentLine], missing: Sequence[FulfilmentLine]) -> list[FulfilmentLine]:
    """The parcel's lines with the units that are there. Pure."""
    gone = {line.order_line_id: line.quantity for line in missing}
    left = [replace(line, quantity=line.quantity - gone.get(line.order_line_id, 0)) for line in lines]
    return [line for line in left if line.quantity]


def told(missing: Sequence[FulfilmentLine]) -> list[dict[str, object]]:
    """As the timeline tells it."""
    return [{"orderLineId": str(line.order_line_id), "quantity": line.quantity} for line in missing]
