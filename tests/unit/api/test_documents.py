"""Pick lists on paper and for spreadsheets: read back by a PDF reader, a scanner and a CSV parser."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from api.documents.barcodes import MODULE_MIN_MM, barcode
from api.documents.fonts import CHINESE, KOREAN, WESTERN, font_of, markup
from api.documents.pick_list_csv import csv_of, pack_list_csv, pick_list_csv
from api.documents.pick_list_pdf import pick_list_pdf
from domain.fulfilment.waves.pick_list import PackLine, PickList, PickListWave, PickRow
from tests.factories import NOW

WAVE = PickListWave(
    id=UUID(int=1),
    number=12,
    state="RELEASED",
    ship_by=date(2026, 11, 23),
    warehouse="leipzig",
    warehouse_name="Leipzig <Nord> & Co",
    timezone="Europe/Berlin",
)
LINE = PackLine(
    position=1,
    parcel=1_000_001,
    order_number=100_001,
    external_reference="W-1",
    channel="web",
    name="张伟",
    postcode="10115",
    city="Berlin",
    country_code="DE",
    sku="MUG",
    item="青花瓷马克杯",
    barcode="6901234567892",
    quantity=2,
)


def listed(parcels: int = 2) -> PickList:
    pot = replace(LINE, sku="=POT", item="Łódź teapot", barcode=None, quantity=1)
    return PickList(
        wave=WAVE,
        rows=(
            PickRow(sku="=POT", name="Łódź teapot", barcode=None, units=parcels, parcels=parcels),
            PickRow(
                sku="MUG", name="青花瓷马克杯", barcode="6901234567892", units=2 * parcels, parcels=parcels
            ),
        ),
        parcels=tuple(
            tuple(replace(line, position=at + 1, parcel=1_000_001 + at) for line in (LINE, pot))
            for at in range(parcels)
        ),
    )


def texts(pdf: bytes) -> list[str]:
    """What each page says."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def scanned(pdf: bytes) -> list[set[str]]:
    """What a scanner reads from each page, printed at 300 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        images = [page.render(scale=300 / 72).to_numpy() for page in document]
    return [{code.text for code in zxingcpp.read_barcodes(image)} for image in images]


def test_a_pick_list_has_everything_that_is_fetched_and_packed() -> None:
    pdf = pick_list_pdf(listed(), printed_at=NOW)
    fetch, pack = texts(pdf)
    for page, number in ((fetch, 1), (pack, 2)):
        assert "Wave 12" in page
        assert "Leipzig <Nord> & Co (leipzig)" in page
        assert "leaves by 2026-11-23 · 2 parcels · 6 units · 2 SKUs" in page
        assert "printed 2026-11-22 13:00 CET" in page  # by the warehouse's clock
        assert f"page {number} of 2" in page
        assert "青花瓷马克杯" in page
    assert "6901234567892" in fetch
    assert "Lodz" not in fetch
    assert "Lódz teapot" in fetch
    assert "Parcel 1000002" in pack
    assert "Order 100001 · web · W-1" in pack
    assert "张伟 · 10115 Berlin DE" in pack


def test_a_scanner_reads_the_barcodes() -> None:
    fetch, pack = scanned(pick_list_pdf(listed(), printed_at=NOW))
    assert fetch == {"W12", "6901234567892", "=POT"}  # without a barcode its SKU
    assert pack == {"W12", "1000001", "1000002"}


def test_many_parcels_go_over_pages_and_long_ones_break() -> None:
    many = listed(40)
    long = replace(many, parcels=(*many.parcels, tuple(replace(LINE, position=41) for _ in range(120))))
    pages = texts(pick_list_pdf(long, printed_at=NOW))
    assert len(pages) > 5
    assert [f"page {at} of {len(pages)}" in page for at, page in enumerate(pages, 1)] == [True] * len(pages)
    assert sum(page.count("Łódź") + page.count("Lódz") for page in pages) == 41
    assert sum(page.count("青花瓷马克杯") for page in pages) == 40 + 1 + 120


def test_a_wave_of_nothing_and_one_that_is_not_released_say_so() -> None:
    empty = replace(listed(), rows=(), parcels=(), wave=replace(WAVE, state="OPEN"))
    [page] = texts(pick_list_pdf(empty, printed_at=NOW))
    assert "Nothing of this wave is to leave." in page
    assert "0 SKUs · OPEN" in page


@pytest.mark.parametrize(
    ("character", "font"),
    [
        ("a", WESTERN),
        ("ß", WESTERN),
        ("€", WESTERN),
        ("杯", CHINESE),
        ("カ", CHINESE),
        ("Ж", CHINESE),
        ("나", KOREAN),
    ],
)
def test_each_character_is_set_in_a_font_that_has_it(character: str, font: str) -> None:
    assert font_of(character) == font


def test_what_no_font_has_is_shown_by_what_it_is_made_of() -> None:
    assert markup("Żółw <b>") == "Zólw &lt;b&gt;"
    assert markup("a\tb\x00c\N{PILE OF POO}").startswith("a b")
    assert "\x00" not in markup("\x00")


@given(st.text(max_size=30))
def test_any_text_can_be_printed(text: str) -> None:
    row = PickRow(sku=text[:10] or "x", name=text, barcode=text, units=1, parcels=1)
    line = replace(LINE, item=text, sku=text[:10], name=text, external_reference=text)
    odd = PickList(wave=replace(WAVE, warehouse_name=text), rows=(row,), parcels=((line,),))
    assert pick_list_pdf(odd, printed_at=NOW).startswith(b"%PDF-")


def test_a_barcode_is_readable_or_none() -> None:
    assert barcode("", width_mm=50, height_mm=8) is None
    assert barcode("杯", width_mm=50, height_mm=8) is None
    assert barcode("x" * 100, width_mm=50, height_mm=8) is None
    code = barcode("MUG-BLUE-1", width_mm=50, height_mm=8)
    assert code is not None
    assert code.barWidth * 25.4 / 72 >= MODULE_MIN_MM
    assert code.width * 25.4 / 72 <= 50.01


def rows(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(body.decode("utf-8-sig"), newline="")))


def test_csv_by_sku_and_by_parcel() -> None:
    assert rows(pick_list_csv(listed())) == [
        ["sku", "name", "barcode", "units", "parcels"],
        ["'=POT", "Łódź teapot", "", "2", "2"],
        ["MUG", "青花瓷马克杯", "6901234567892", "4", "2"],
    ]
    head, first, *rest = rows(pack_list_csv(listed()))
    assert dict(zip(head, first, strict=True)) == {
        "position": "1",
        "parcel": "1000001",
        "order": "100001",
        "external_reference": "W-1",
        "channel": "web",
        "recipient": "张伟",
        "postcode": "10115",
        "city": "Berlin",
        "country_code": "DE",
        "sku": "MUG",
        "name": "青花瓷马克杯",
        "barcode": "6901234567892",
        "units": "2",
    }
    assert len(rest) == 3


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_none_loses_a_character(cells: list[str]) -> None:
    [_, read] = rows(csv_of(["head"], [cells]))
    for cell, shown in zip(cells, read, strict=True):
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert shown.removeprefix("'") == cell or shown == cell
