"""What is missing of a parcel, as it is said to us."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import strawberry

from api.graphql.relay import uuid_of
from api.graphql.scalars import WholeNumber
from domain.fulfilment.missing import InvalidShortPick


@strawberry.input(description="Units of an order line that are missing from the parcel.")
class MissingUnitsInput:
    """Units of an order line that are missing from the parcel."""

    order_line_id: strawberry.ID = strawberry.field(description="The order line.")
    quantity: WholeNumber = strawberry.field(description="How many units are missing.")


def missing_units(stated: Sequence[MissingUnitsInput]) -> Mapping[UUID, int]:
    """Units by order line.

    Raises:
        InvalidShortPick: a line is named twice.
    """
    missing = {
        uuid_of(line.order_line_id, "OrderLine", field=f"missing[{at}].orderLineId"): int(line.quantity)
        for at, line in enumerate(stated)
    }
    if len(missing) < len(stated):
        raise InvalidShortPick("Name each line once.", field="missing")
    return missing
