"""How exactly the coordinates of an address are known."""

from enum import StrEnum


class Precision(StrEnum):
    """By what an address's coordinates are known, the most exact first."""

    GIVEN = "GIVEN"  # stated with it; tables keep NULL for it
    POSTAL_CODE = "POSTAL_CODE"  # or as much of its beginning as is known
    CITY = "CITY"
    REGION = "REGION"
    COUNTRY = "COUNTRY"

    @classmethod
    def kept(cls, located_by: str | None) -> "Precision":
        """What a table's `located_by` says of coordinates that are there."""
        return cls(located_by or cls.GIVEN)
