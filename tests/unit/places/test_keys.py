"""What people write differently is one key; what differs is another."""

import pytest

from domain.places.keys import name_key, postal_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("München", "MÜNCHEN", " munchen "),
        ("Saint-Étienne", "saint etienne"),
        ("Łódź", "Lodz"),
        ("Straßberg", "Strassberg"),
        ("杭州市", "杭州"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("香港特别行政区", "香港"),
        ("渋谷区", "渋谷"),
        ("京都府", "京都"),
    ],
)
def test_spellings_of_a_name(spellings: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in spellings}) == 1


def test_names_that_differ() -> None:
    names = ["成都", "成", "Neustadt", "Neustadt an der Aisch", "沙市", "长沙市", "서울", "부산", ""]
    assert len({name_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("country_code", "postcode", "key"),
    [
        ("DE", "D-80331", "80331"),
        ("DE", "\uff18\uff10\uff13\uff13\uff11", "80331"),
        ("LV", "LV-1010", "1010"),
        ("GB", "sw1a 1aa", "SW1A1AA"),
        ("US", "94103-1234", "941031234"),
        ("AR", "C1425", "C1425"),
        ("IE", "", ""),
    ],
)
def test_postal_codes(country_code: str, postcode: str, key: str) -> None:
    assert postal_key(country_code, postcode) == key
