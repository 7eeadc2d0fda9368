"""Reading workbooks as Excel does, as far as they have what ours have."""

import re
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_NAMES = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet_of(workbook: bytes) -> list[dict[str, Any]]:
    """The rows below the header, by its names: texts as texts, numbers as (number, format).

    Fails if anything is a formula, a link, or a row out of turn.
    """
    with ZipFile(BytesIO(workbook)) as file:
        assert file.testzip() is None
        assert file.namelist()[0] == "[Content_Types].xml"
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in file.namelist()
        styles = _formats(ET.fromstring(file.read("xl/styles.xml")))
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))
    assert sheet.findall(".//s:f", _NAMES) == []
    rows = sheet.findall("s:sheetData/s:row", _NAMES)
    assert [row.attrib["r"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    head, *below = [_cells(row, styles) for row in rows]
    dimension = sheet.find("s:dimension", _NAMES)
    assert dimension is not None
    assert dimension.attrib["ref"].endswith(str(max(len(rows), 2)))
    return [{head[at]: cell for at, cell in row.items()} for row in below]


def _cells(row: ET.Element, styles: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cell in row.findall("s:c", _NAMES):
        at = re.sub(r"\d", "", cell.attrib["r"])
        if cell.attrib.get("t") == "inlineStr":
            found[at] = "".join(text.text or "" for text in cell.findall(".//s:t", _NAMES))
        elif (value := cell.find("s:v", _NAMES)) is not None:
            found[at] = (float(value.text or ""), styles[int(cell.attrib.get("s", "0"))])
    return found


def _formats(styles: ET.Element) -> list[str]:
    own = {
        form.attrib["numFmtId"]: form.attrib["formatCode"]
        for form in styles.findall("s:numFmts/s:numFmt", _NAMES)
    }
    return [own.get(form.attrib["numFmtId"], "") for form in styles.findall("s:cellXfs/s:xf", _NAMES)]
