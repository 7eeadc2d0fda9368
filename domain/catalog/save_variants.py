"""Save variants: create them with their products, or make them say what is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.shared.forms import A_CURRENCY, CURRENCY
from domain.shared.ids import new_id
from domain.shared.money import NotRepresentable, to_minor
from domain.shared.refusal import InvalidInput
from domain.shared.text import InvalidText, require_text

VARIANTS_MAX = 5_000
WEIGHT_MAX_G = 100_000_000

_SAVE_PRODUCTS = statement(__file__, "save_products.sql")
_SAVE_VARIANTS = statement(__file__, "save_variants.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveVariant:
    """The variant as it shall be, and what it says about its product.

    `product_code` None: a product of its own, by the SKU. Of the product, and of the unit's cost, None leaves what is
    there; a new product is named as its first variant.
    """

    sku: str
    name: str
    weight_g: int
    barcode: str | None = None
    product_code: str | None = None
    product_name: str | None = None
    brand: str | None = None
    category: str | None = None
    unit_cost: Decimal | None = None
    unit_cost_currency: str | None = None


class InvalidVariant(InvalidInput):
    """The variant cannot be like this; `field` is the path to what is wrong, as in `variants[2].sku`."""

    code = "INVALID_VARIANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    code: str
    name_if_new: str
    name: str | None
    brand: str | None
    category: str | None


@transactional
async def save_variants(variants: Sequence[SaveVariant], *, by: Actor, now: datetime) -> list[UUID]:  # noqa: ARG001
    """Create or change up to VARIANTS_MAX variants, all or none; their ids in the order given.

    Idempotent. A variant whose `product_code` changes moves to that product.

    Raises:
        InvalidVariant: a field cannot be right, a SKU is named twice, or two variants disagree about
            their product.
    """
    if not 1 <= len(variants) <= VARIANTS_MAX:
        raise InvalidVariant(f"Needs 1 to {VARIANTS_MAX} variants.", field="variants")
    checked = [_checked(variant, f"variants[{index}]") for index, variant in enumerate(variants)]
    _require_distinct(variant.sku for variant in checked)

    await execute(_SAVE_PRODUCTS, *_product_columns(_products(checked)), now)
    saved = await records(_SAVE_VARIANTS, *_variant_columns(checked), now)
    ids: dict[str, UUID] = {row["sku"]: row["id"] for row in saved}
    return [ids[variant.sku] for variant in checked]


def _checked(variant: SaveVariant, at: str) -> SaveVariant:
    """`variant` with its texts stripped, if everything it says can be right by itself."""
    if not 0 <= variant.weight_g <= WEIGHT_MAX_G:
        raise InvalidVariant(f"Must be 0 to {WEIGHT_MAX_G} grams.", field=f"{at}.weightG")
    sku = _text(variant.sku, f"{at}.sku", longest=100, least=1)
    _cost_minor(variant, f"{at}.unitCost")
    return replace(
        variant,
        sku=sku,
        name=_text(variant.name, f"{at}.name", longest=500, least=1),
        barcode=_text_if_given(variant.barcode, f"{at}.barcode", longest=100),
        product_code=_text_if_given(variant.product_code, f"{at}.productCode", longest=100, least=1) or sku,
        product_name=_text_if_given(variant.product_name, f"{at}.productName", longest=500, least=1),
        brand=_text_if_given(variant.brand, f"{at}.brand", longest=200),
        category=_text_if_given(variant.category, f"{at}.category", longest=200),
    )


def _cost_minor(variant: SaveVariant, field: str = "unitCost") -> int | None:
    """What a unit costs, in minor units of its currency."""
    cost, currency = variant.unit_cost, variant.unit_cost_currency
    if cost is None and currency is None:
        return None
    if cost is None or currency is None or not CURRENCY.fullmatch(currency):
        raise InvalidVariant(f"Give a cost and its currency, {A_CURRENCY}, or neither.", field=field)
    try:
        minor = to_minor(cost, currency)
    except NotRepresentable as wrong:
        raise InvalidVariant(f"{wrong}.", field=field) from wrong
    if minor < 0:
        raise InvalidVariant("Must not be negative.", field=field)
    return minor


def _text(text: str, field: str, *, longest: int, least: int = 0) -> str:
    try:
        return require_text(text, field=field, longest=longest, least=least)
    except InvalidText as wrong:
        raise InvalidVariant(wrong.message, field=field) from wrong


def _text_if_given(text: str | None, field: str, *, longest: int, least: int = 0) -> str | None:
    return None if text is None else _text(text, field, longest=longest, least=least)


def _require_distinct(skus: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, sku in enumerate(skus):
        if sku in seen:
            raise InvalidVariant(f"{sku} is named twice.", field=f"variants[{index}].sku")
        seen.add(sku)


def _products(variants: Sequence[SaveVariant]) -> list[_Product]:
    """Each product with what its variants say about it together."""
    products: dict[str, _Product] = {}
    for index, variant in enumerate(variants):
        code = variant.product_code or variant.sku
        known = products.setdefault(
            code, _Product(code=code, name_if_new=variant.name, name=None, brand=None, category=None)
        )
        at = f"variants[{index}]"
        products[code] = replace(
            known,
            name=_agreed(known.name, variant.product_name, f"{at}.productName"),
            brand=_agreed(known.brand, variant.brand, f"{at}.brand"),
            category=_agreed(known.category, variant.category, f"{at}.category"),
        )
    return list(products.values())


def _agreed(said: str | None, says: str | None, field: str) -> str | None:
    if said is not None and says is not None and said != says:
        raise InvalidVariant("Says something else about its product than a variant before.", field=field)
    return says if said is None else said


def _product_columns(products: Sequence[_Product]) -> list[list[object]]:
    return [
        [new_id() for _ in products],
        [product.code for product in products],
        [product.name for product in products],
        [product.name_if_new for product in products],
        [product.brand for product in products],
        [product.category for product in products],
    ]


def _variant_columns(variants: Sequence[SaveVariant]) -> list[list[object]]:
    return [
        [new_id() for _ in variants],
        [variant.product_code for variant in variants],
        [variant.sku for variant in variants],
        [variant.name for variant in variants],
        [variant.weight_g for variant in variants],
        [variant.barcode for variant in variants],
        [_cost_minor(variant) for variant in variants],
        [variant.unit_cost_currency for variant in variants],
    ]
