"""Variants and their products: upserts in sets, refusals that name the field and change nothing."""

import asyncio

import pytest

from domain.catalog.models import Product, Variant
from domain.catalog.save_variants import InvalidVariant, SaveVariant, save_variants
from domain.shared.database import fetch_value
from tests.databases import Database
from tests.factories import NOW, TESTER


def variant(sku: str, **fields: object) -> SaveVariant:
    return SaveVariant(**({"sku": sku, "name": f"Thing {sku}", "weight_g": 500} | fields))  # type: ignore[arg-type]


async def save(*variants: SaveVariant) -> list[object]:
    return list(await save_variants(variants, by=TESTER, now=NOW))


async def test_variants_of_one_product_are_saved_in_their_order(database: Database) -> None:
    shirts = [
        variant("SHIRT-M", product_code="SHIRT", product_name="Shirt", brand="Acme"),
        variant("SHIRT-L", product_code="SHIRT", category="Tops"),
        variant(" MUG "),
    ]

    ids = await save(*shirts)

    assert ids == [(await Variant.get(sku=sku)).id for sku in ("SHIRT-M", "SHIRT-L", "MUG")]
    shirt = await Product.get(code="SHIRT")
    assert (shirt.name, shirt.brand, shirt.category) == ("Shirt", "Acme", "Tops")
    assert (await Product.get(code="MUG")).name == "Thing  MUG"


async def test_saving_again_changes_the_variant_and_leaves_of_the_product_what_is_not_given(
    database: Database,
) -> None:
    [first] = await save(variant("A", product_name="Lamp", brand="Acme", barcode="1"))

    [again] = await save(variant("A", name="Lamp, red", weight_g=7, category="Light"))

    assert again == first
    row = await Variant.get(sku="A")
    assert (row.name, row.weight_g) == ("Lamp, red", 7)
    assert await Variant.filter(sku="A", barcode=None).exists()
    product = await Product.get(code="A")
    assert (product.name, product.brand, product.category) == ("Lamp", "Acme", "Light")


async def test_a_variant_moves_to_another_product(database: Database) -> None:
    await save(variant("A"), variant("B"))

    await save(variant("A", product_code="B"))

    assert (await Variant.get(sku="A")).product_id == (await Product.get(code="B")).id


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (variant(" "), "variants[1].sku"),
        (variant("x" * 101), "variants[1].sku"),
        (variant("nul\x00"), "variants[1].sku"),
        (variant("B", name=""), "variants[1].name"),
        (variant("B", weight_g=-1), "variants[1].weightG"),
        (variant("B", weight_g=2**31), "variants[1].weightG"),
        (variant("B", barcode="x" * 101), "variants[1].barcode"),
        (variant("B", product_code=""), "variants[1].productCode"),
        (variant("B", brand="\ud800"), "variants[1].brand"),
        (variant("A "), "variants[1].sku"),
        (variant("B", product_code="A", brand="Other"), "variants[1].brand"),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_field(
    database: Database, bad: SaveVariant, field: str
) -> None:
    with pytest.raises(InvalidVariant) as refused:
        await save(variant("A", brand="Acme"), bad)

    assert refused.value.field == field
    assert await Variant.all().count() == await Product.all().count() == 0


async def test_batches_that_share_skus_in_opposite_order_save_each_once(database: Database) -> None:
    skus = [f"S{i:03}" for i in range(200)]
    batches = [[variant(s, product_code=s[:3]) for s in (skus if i % 2 else skus[::-1])] for i in range(8)]

    await asyncio.gather(*(save(*batch) for batch in batches))

    assert await fetch_value("SELECT count(*) FROM variants") == 200
    assert await fetch_value("SELECT count(*) FROM products") == 20


async def test_no_variants_and_too_many_are_refused(database: Database) -> None:
    for variants in ([], [variant(f"S{i}") for i in range(5_001)]):
        with pytest.raises(InvalidVariant):
            await save(*variants)
