"""Find variants and warehouses by the words that people use."""

from collections.abc import Iterable
from uuid import UUID

from domain.catalog.models import Variant
from domain.shared.refusal import InvalidInput
from domain.warehouses.models import Warehouse


class UnknownSku(InvalidInput):
    """No variant has this SKU."""

    code = "UNKNOWN_SKU"


class UnknownWarehouse(InvalidInput):
    """No warehouse has this code."""

    code = "UNKNOWN_WAREHOUSE"


async def variant_ids(skus: Iterable[str], *, field: str = "sku") -> dict[str, UUID]:
    """The variant of each SKU.

    Raises:
        UnknownSku: one of them does not exist.
    """
    wanted = set(skus)
    found = dict(await Variant.filter(sku__in=list(wanted)).values_list("sku", "id"))
    if missing := sorted(wanted - found.keys()):
        raise UnknownSku(f"There is no SKU {missing[0]!r}; create it with saveVariants.", field=field)
    return found


async def variant_id(sku: str, *, field: str = "sku") -> UUID:
    """The variant of one SKU, or UnknownSku."""
    return (await variant_ids([sku], field=field))[sku]


async def warehouse_id(code: str, *, field: str = "warehouse") -> UUID:
    """The warehouse of one code.

    Raises:
        UnknownWarehouse: it does not exist.
    """
    found = await Warehouse.filter(code=code).first().values_list("id", flat=True)
    if found is None:
        raise UnknownWarehouse(f"There is no warehouse {code!r}; create it with saveWarehouse.", field=field)
    return found  # type: ignore[return-value]
