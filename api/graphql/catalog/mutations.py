"""Saving variants, up to 500 at a time."""

import strawberry

from api.graphql.catalog.types import Variant
from api.graphql.info import Info
from api.graphql.payloads import Payload, keeper, refusable
from api.graphql.resolvers import mutation
from api.graphql.scalars import RawDecimal, WholeNumber, decimal_of
from domain.catalog.save_variants import InvalidVariant, SaveVariant, save_variants
from domain.shared.actor import Scope

VARIANTS_MAX = 500


@strawberry.input(description="A variant as it shall be, and what it says about its product.")
class SaveVariantInput:
    """A variant as it shall be."""

    sku: str = strawberry.field(description="Its SKU: created, or changed if there is one.")
    name: str = strawberry.field(description="Its name.")
    weight_g: WholeNumber = strawberry.field(name="weightG", description="The weight of one unit in grams.")
    barcode: str | None = strawberry.field(default=None, description="Its barcode, such as a GTIN.")
    product_code: str | None = strawberry.field(
        default=None,
        description="The code of its product, created if there is none; null: a product of its own.",
    )
    product_name: str | None = strawberry.field(
        default=None, description="The product's name; null: as it is."
    )
    brand: str | None = strawberry.field(default=None, description="The product's brand; null: as it is.")
    category: str | None = strawberry.field(
        default=None, description="The product's category; null: as it is."
    )
    unit_cost: RawDecimal | None = strawberry.field(
        default=None,
        description="What a unit costs us from now on, for margins of what is ordered from now on; null: as it is.",
    )
    unit_cost_currency: str | None = strawberry.field(default=None, description="That cost's currency.")

    def asked(self, at: str) -> SaveVariant:
        cost = None if self.unit_cost is None else decimal_of(self.unit_cost, field=f"{at}.unitCost")
        return SaveVariant(**vars(self) | {"unit_cost": cost})


@strawberry.input(description="Up to 500 variants, saved all or none.")
class SaveVariantsInput:
    """Up to 500 variants, saved all or none."""

    variants: list[SaveVariantInput] = strawberry.field(description="The variants.")


@strawberry.type(description="The variants as they are now, or why none was saved.")
class SaveVariantsPayload(Payload):
    """The variants as they are now."""

    variants: list[Variant] = strawberry.field(
        default_factory=list, description="As they are now, in the order of the input; empty if refused."
    )


@strawberry.type
class CatalogMutations:
    """Saving variants."""

    @mutation(
        description=(
            "Create variants with their products, or change those with these SKUs; all or none. "
            "For keys that see every channel."
        )
    )
    @refusable(SaveVariantsPayload)
    async def save_variants(self, info: Info, input: SaveVariantsInput) -> SaveVariantsPayload:  # noqa: A002
        by = keeper(info, Scope.CATALOG_WRITE)
        if len(input.variants) > VARIANTS_MAX:
            raise InvalidVariant(f"Save up to {VARIANTS_MAX} variants at a time.", field="variants")
        asked = [variant.asked(f"variants[{index}]") for index, variant in enumerate(input.variants)]
        saved = await save_variants(asked, by=by, now=info.context.now())
        rows = await info.context.loaders.variant.load_many(saved)
        return SaveVariantsPayload(variants=[Variant.of(row) for row in rows if row is not None])
