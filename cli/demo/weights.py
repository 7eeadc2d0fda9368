"""A product's weight from its package size ("12 PK/12 OZ"), or its department's median."""

import re
from statistics import median
from typing import Final

WEIGHT_MIN_G: Final = 20
WEIGHT_MAX_G: Final = 30_000
# Loose goods carry the size of the case they come in (bananas: "40 LB"), not of what is sold.
LOOSE_DEPARTMENTS: Final = frozenset({"PRODUCE", "MEAT", "DELI", "SEAFOOD", "FROZEN GROCERY", "PASTRY"})
LOOSE_MAX_G: Final = 4_600  # ten pounds are a bag, more is a case
_FALLBACK_G: Final = 400

# Grams of one unit; liquids count as water.
_GRAMS: Final = {
    "OZ": 28.3495, "OZS": 28.3495, "LB": 453.592, "LBS": 453.592, "G": 1.0, "GM": 1.0, "KG": 1000.0,
    "ML": 1.0, "L": 1000.0, "LT": 1000.0, "LTR": 1000.0,
    "GA": 3785.4, "GAL": 3785.4, "QT": 946.35, "PT": 473.18,
}  # fmt: skip
_UNIT = r"(?:FL )?(OZS?|LBS?|KG|GM?|ML|LTR?|L|GAL?|QT|PT)\b"
_NUMBER = r"(\d+(?:\.\d+)?|\.\d+)"
_MIXED = re.compile(rf"^(?:(\d+) )?([137])/([248]) ?{_UNIT}")
_MANY = re.compile(rf"^(\d+) ?(?:PK?|-|/|X|PK ?/|P ?/|- )\s*/?\s*{_NUMBER} ?{_UNIT}")
_POUNDS_AND_OUNCES = re.compile(rf"^{_NUMBER} LB {_NUMBER} OZ")
_ONE = re.compile(rf"(?:^|[ /]){_NUMBER} ?-?{_UNIT}(?:.{{0,3}}?\b(\d+) PK)?")


def parsed_weight_g(package_size: str) -> int | None:
    """The weight a package size tells, in grams; None where it tells a count, a length or nothing."""
    size = " ".join(package_size.upper().split()).replace("HALF ", "1/2 ")
    if size in _GRAMS:  # "GAL"
        size = f"1 {size}"
    grams = _grams(size)
    if grams is None or grams > WEIGHT_MAX_G:
        return None
    return max(WEIGHT_MIN_G, round(grams))


def _grams(size: str) -> float | None:
    if found := _MIXED.match(size):  # "10 3/4 OZ", "1/2 GAL"
        whole, part, parts, unit = found.groups()
        if int(part) < int(parts):
            return (int(whole or 0) + int(part) / int(parts)) * _GRAMS[unit]
    if found := _MANY.match(size):  # "12 PK/12 OZ", "6-4 OZ", "3/3.5 OZ"
        count, number, unit = found.groups()
        return int(count) * float(number) * _GRAMS[unit]
    if found := _POUNDS_AND_OUNCES.match(size):
        pounds, ounces = found.groups()
        return float(pounds) * _GRAMS["LB"] + float(ounces) * _GRAMS["OZ"]
    if found := _ONE.search(size):  # "16 OZ", "P 26 OZ", "10 CT/12 OZ", "8 OZ/6 PK"
        number, unit, packs = found.groups()
        return float(number) * int(packs or 1) * _GRAMS[unit]
    return None


def told_weight_g(package_size: str, department: str) -> int | None:
    """As `parsed_weight_g`, without the case sizes of loose goods."""
    weight = parsed_weight_g(package_size)
    too_heavy = weight is not None and department in LOOSE_DEPARTMENTS and weight > LOOSE_MAX_G
    return None if too_heavy else weight


def department_medians_g(told: list[tuple[str, int]]) -> dict[str, int]:
    """The median weight of each department that has one; "" is that of them all."""
    weights: dict[str, list[int]] = {"": [weight for _, weight in told] or [_FALLBACK_G]}
    for department, weight in told:
        weights.setdefault(department, []).append(weight)
    return {department: round(median(known)) for department, known in weights.items()}
