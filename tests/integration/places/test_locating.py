"""Addresses are located as exactly as is known, by files of places as GeoNames writes them."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from domain.places.import_postal_codes import import_postal_codes
from domain.places.locate import Address, Located, locate
from domain.places.postal_codes import UnreadablePlaces
from domain.places.precision import Precision
from domain.shared.database import records
from tests.databases import Database
from tests.factories import postal_line

KNOWN = [
    postal_line("DE|80331|München|Bayern|BY", 48.13, 11.57),
    postal_line("DE|80333|München|Bayern|BY", 48.15, 11.57),
    postal_line("DE|91413|Neustadt|Bayern|BY", 49.57, 10.61),
    postal_line("DE|67433|Neustadt|Rheinland-Pfalz|RP", 49.34, 8.15),
    postal_line("DE|67434|Neustadt|Rheinland-Pfalz|RP", 49.32, 8.15),
    postal_line("CN|310000|杭州市|浙江省|", 30.27, 120.16),
    postal_line("GB|SW1A|London|England|ENG", 51.5, -0.13),
    postal_line("US|99201|Spokane|Washington|WA", 47.7, -117.4),
    postal_line("US|99501|Anchorage|Alaska|AK", 61.2, -149.9),
    postal_line("FJ|1|Suva|Islands|", -17.0, 179.0),
    postal_line("FJ|2|Taveuni|Islands|", -17.0, -179.0),
]
FOUND = [
    (Address("DE", "", "", "D-80331"), Precision.POSTAL_CODE, "80331", 48.13),
    (Address("DE", "", "Spandau", "80339"), Precision.POSTAL_CODE, "8033", 48.14),  # as far as it is known
    (Address("GB", "", "", "SW1A 1AA"), Precision.POSTAL_CODE, "SW1A", 51.5),
    (Address("US", "", "Anchorage", "99999"), Precision.CITY, "Anchorage", 61.2),  # 99 is half of the west
    (Address("DE", "", "MÜNCHEN", ""), Precision.CITY, "MÜNCHEN", 48.14),
    (Address("DE", "by", "Neustadt", ""), Precision.CITY, "Neustadt", 49.57),
    (Address("DE", "", "Neustadt", ""), Precision.CITY, "Neustadt", 49.33),  # the largest
    (Address("DE", "Saxony", "Neustadt", ""), Precision.CITY, "Neustadt", 49.33),  # no such region is known
    (Address("US", "WA", "Anchorage", ""), Precision.REGION, "WA", 47.7),  # rather than another state's
    (Address("CN", "浙江", "杭州", ""), Precision.CITY, "杭州", 30.27),
    (Address("CN", "浙江省", "宁波市", ""), Precision.REGION, "浙江省", 30.27),
    (Address("GB", "", "Leeds", "LS1"), Precision.COUNTRY, "GB", 51.5),
]


async def load(tmp_path: Path, *lines: str) -> int:
    path = tmp_path / "places.txt"
    path.write_text("".join(lines), encoding="utf-8")
    return await import_postal_codes(path, seen=lambda *_: None)


async def test_each_address_is_where_its_most_exact_part_is(database: Database, tmp_path: Path) -> None:
    nowhere = Address("ZZ", "", "Atlantis", "1")
    assert await locate([nowhere, FOUND[0][0]]) == [Located(), Located()]  # also the plan of an empty table
    assert await load(tmp_path, *KNOWN) == len(KNOWN)

    found = await locate([nowhere, *[address for address, *_ in FOUND], nowhere])

    assert found.pop(0) == found.pop() == Located()
    assert [(each.by, each.part, round(each.latitude or 0, 4)) for each in found] == [
        (precision, part, latitude) for _, precision, part, latitude in FOUND
    ]
    [across] = await locate([Address("FJ", "islands", "", "")])
    assert abs(across.longitude or 0) == pytest.approx(180)  # the date line is no border


async def test_a_file_takes_the_place_of_what_was_known_of_its_countries(
    database: Database, tmp_path: Path
) -> None:
    async def places() -> list[tuple[object, ...]]:
        return [tuple(row) for row in await records("SELECT * FROM places ORDER BY 1, 2, 3, 4")]

    await load(tmp_path, *KNOWN)
    before = await places()
    await load(tmp_path, *reversed(KNOWN))
    assert await places() == before

    with ZipFile(tmp_path / "DE.zip", "w") as archive:
        archive.writestr("readme.txt", "not this one")
        archive.writestr("DE.txt", postal_line("DE|04109|Leipzig|Sachsen|SN", 51.34, 12.37))
    await import_postal_codes(tmp_path / "DE.zip", seen=lambda *_: None)
    after = await places()
    assert {row[2] for row in after if row[0] == "DE"} == {
        "04109",
        "0410",
        "041",
        "04",
        "leipzig",
        "sachsen",
        "sn",
        "",
    }
    assert [row for row in after if row[0] != "DE"] == [row for row in before if row[0] != "DE"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("DE\t80331\tMünchen\n", "Line 2: has 3 columns separated by tabs instead of 12."),
        (postal_line("Germany|80331|München||", 48, 11), "Line 2: 'Germany' is no country code."),
        (postal_line("DE|80331|München||", 148, 11), "Line 2: 148 is not within 90 degrees."),
    ],
)
async def test_a_wrong_line_is_named_and_nothing_is_changed(
    database: Database, tmp_path: Path, line: str, complaint: str
) -> None:
    with pytest.raises(UnreadablePlaces) as refused:
        await load(tmp_path, KNOWN[0], line)
    assert str(refused.value) == complaint
    assert not await records("SELECT FROM places")
