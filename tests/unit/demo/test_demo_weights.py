"""A package size tells a weight, or honestly none."""

import pytest

from cli.demo.weights import department_medians_g, parsed_weight_g, told_weight_g


@pytest.mark.parametrize(
    ("size", "grams"),
    [
        ("22 LB", 9979),
        ("16 OZ", 454),
        ("1 GA", 3785),
        ("GAL", 3785),
        ("HALF GAL", 1893),
        ("1/2 GAL", 1893),
        ("10 3/4 OZ", 305),
        ("3/3.5 OZ", 298),
        ("6-4 OZ", 680),
        ("2 - 7.5 OZ", 425),
        ("12 PK/12 OZ", 4082),
        ("6 PK  12 OZ", 2041),
        ("12 OZ/6 PK", 2041),
        ("10 CT/12 OZ", 340),
        ("2 LB 3 OZ", 992),
        ("5-LB BAG", 2268),
        ("P    26 OZ", 737),
        ("64 FL OZ", 1814),
        ("750 ML", 750),
        (".16 OZ", 20),
    ],
)
def test_sizes_that_tell_a_weight(size: str, grams: int) -> None:
    assert parsed_weight_g(size) == grams


@pytest.mark.parametrize("size", ["", "6 CT", "504 SQ FT", "18 IN", "CTN", "LARGE", "3 STEM", "99999 LB"])
def test_sizes_that_tell_none(size: str) -> None:
    assert parsed_weight_g(size) is None


def test_a_case_of_loose_goods_is_not_the_weight_of_what_is_sold() -> None:
    assert told_weight_g("40 LB", "PRODUCE") is None
    assert told_weight_g("40 LB", "GROCERY") == 18_144
    assert told_weight_g("5 LB", "PRODUCE") == 2_268


def test_medians_by_department() -> None:
    assert department_medians_g([("A", 100), ("A", 300), ("B", 50)]) == {"": 100, "A": 200, "B": 50}
    assert department_medians_g([])[""] > 0
