"""A pick list on paper: what is fetched, then a block for each parcel, with barcodes to scan.

Everything is A4 in points; `mm` converts.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from api.documents.barcodes import MODULE_MAX_MM, QUIET_MODULES, barcode
from api.documents.fonts import has_ideographs, markup, register
from domain.fulfilment.waves.models import WaveState
from domain.fulfilment.waves.pick_list import PackLine, PickList, PickRow

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 15 * mm
_HEADER: Final = 27 * mm
_FOOTER: Final = 12 * mm
_INK, _GREY, _LINE, _BAND = black, HexColor("#5b6470"), HexColor("#c9ced6"), HexColor("#eef1f5")
_PICK_COLUMNS: Final = (44 * mm, 52 * mm, 50 * mm, 14 * mm, 13 * mm, 7 * mm)
_PACK_COLUMNS: Final = (54 * mm, 104 * mm, 15 * mm, 7 * mm)
_KEPT_TOGETHER_MAX: Final = 20  # lines of a parcel that is not broken over pages

_PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=11.5, textColor=_INK)
_BOLD = ParagraphStyle("bold", _PLAIN, fontName="Helvetica-Bold")
_SMALL = ParagraphStyle("small", _PLAIN, fontSize=7.5, leading=9.5, textColor=_GREY)
_SMALL_RIGHT = ParagraphStyle("small right", _SMALL, alignment=TA_RIGHT)
_UNITS = ParagraphStyle("units", _BOLD, fontSize=12, leading=13, alignment=TA_RIGHT)
_COUNT = ParagraphStyle("count", _PLAIN, alignment=TA_RIGHT, textColor=_GREY)
_PLACE = ParagraphStyle("place", _BOLD, fontSize=15, leading=17, alignment=TA_CENTER, textColor=white)
_SECTION = ParagraphStyle("section", _BOLD, fontSize=12, leading=15, spaceAfter=2 * mm)


def pick_list_pdf(listed: PickList, *, printed_at: datetime) -> bytes:
    """The pick list as a PDF; `printed_at` is shown by the warehouse's clock."""
    register()
    out = BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, title=f"Pick list, wave {listed.wave.number}", author="Forebay", pageCompression=1
    )
    frame = Frame(
        _MARGIN,
        _MARGIN + _FOOTER,
        _WIDTH - 2 * _MARGIN,
        _HEIGHT - 2 * _MARGIN - _HEADER - _FOOTER,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.build(_story(listed), canvasmaker=_paged(_frame_of(listed, printed_at)))
    return out.getvalue()


def _story(listed: PickList) -> list[Any]:
    if not listed.parcels:
        return [Paragraph("Nothing of this wave is to leave.", _SECTION)]
    story = [Paragraph("Fetch", _SECTION), _pick_table(listed.rows), PageBreak(), Paragraph("Pack", _SECTION)]
    for lines in listed.parcels:
        block = [_parcel_table(lines), Spacer(0, 4 * mm)]
        story += [KeepTogether(block)] if len(lines) <= _KEPT_TOGETHER_MAX else block
    return story


# ---------------------------------------------------------------- tables


def _pick_table(rows: Sequence[PickRow]) -> LongTable:
    head = [Paragraph(word, _SMALL) for word in ("SKU", "Item", "Barcode")]
    head += [Paragraph(word, _SMALL_RIGHT) for word in ("Parcels", "Units", "")]
    cells = [
        [
            _text(row.sku, _BOLD),
            _text(row.name),
            _scannable(row.barcode or row.sku, row.barcode),
            Paragraph(str(row.parcels), _COUNT),
            Paragraph(str(row.units), _UNITS),
            _Box(),
        ]
        for row in rows
    ]
    table = LongTable([head, *cells], colWidths=_PICK_COLUMNS, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, _LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 1.5 * mm),
                ("RIGHTPADDING", (0, 0), (-1, -1), 1.5 * mm),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("LEFTPADDING", (2, 0), (2, 0), MODULE_MAX_MM * QUIET_MODULES * mm),
                ("LEFTPADDING", (2, 1), (2, -1), 0),
                ("RIGHTPADDING", (2, 0), (2, -1), 0),
                ("RIGHTPADDING", (4, 0), (4, -1), 2.5 * mm),
                ("TOPPADDING", (0, 1), (-1, -1), 1.2 * mm),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 1.2 * mm),
            ]
        )
    )
    return table


def _scannable(text: str, known: str | None) -> list[Any]:
    """The barcode with its text below; what is no barcode is text alone."""
    code = barcode(text, width_mm=50, height_mm=8)
    if code is None:
        return [_text(known, _SMALL)] if known else []
    below = ParagraphStyle("below", _SMALL, leftIndent=code.lquiet)
    return [code, _text(known, below)] if known else [code]


def _parcel_table(lines: Sequence[PackLine]) -> Table:
    first = lines[0]
    cells = [
        [_text(line.sku, _BOLD), _text(line.item), Paragraph(str(line.quantity), _UNITS), _Box()]
        for line in lines
    ]
    table = Table(
        [[_parcel_head(first), "", "", ""], *cells], colWidths=_PACK_COLUMNS, hAlign="LEFT", repeatRows=1
    )
    table.setStyle(
        TableStyle(
            [
                ("SPAN", (0, 0), (-1, 0)),
                ("BOX", (0, 0), (-1, -1), 0.6, _LINE),
                ("LINEBELOW", (0, 0), (-1, -2), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 1), (-1, -1), 1 * mm),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 1 * mm),
                ("LEFTPADDING", (0, 0), (-1, 0), 0),
                ("RIGHTPADDING", (0, 0), (-1, 0), 0),
                ("TOPPADDING", (0, 0), (-1, 0), 0),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
                ("LEFTPADDING", (0, 1), (-1, -1), 2 * mm),
                ("RIGHTPADDING", (0, 1), (-2, -1), 2.5 * mm),
                ("LEFTPADDING", (-1, 1), (-1, -1), 0),
                ("RIGHTPADDING", (-1, 1), (-1, -1), 1 * mm),
            ]
        )
    )
    return table


def _parcel_head(first: PackLine) -> Table:
    """Its place on the cart, whose it is, and the barcode of its number."""
    address = " ".join(filter(None, (first.postcode, first.city, first.country_code)))
    whose = [
        _text(f"Parcel {first.parcel}", _BOLD),
        _text(f"Order {first.order_number} · {first.channel} · {first.external_reference}", _SMALL),
        _text(" · ".join(filter(None, (first.name, address))), _SMALL),
    ]
    code = barcode(str(first.parcel), width_mm=44, height_mm=9)
    if code is not None:
        code.hAlign = "RIGHT"
    head = Table(
        [[Paragraph(str(first.position), _PLACE), whose, code or ""]], colWidths=(16 * mm, 118 * mm, 46 * mm)
    )
    head.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (0, 0), _INK),
                ("BACKGROUND", (1, 0), (1, 0), _BAND),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("ALIGN", (2, 0), (2, 0), "RIGHT"),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("RIGHTPADDING", (0, 0), (0, 0), 0),
                ("LEFTPADDING", (1, 0), (1, 0), 2.5 * mm),
                ("LEFTPADDING", (2, 0), (2, 0), 1 * mm),
                ("RIGHTPADDING", (2, 0), (2, 0), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5 * mm),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5 * mm),
            ]
        )
    )
    return head


def _text(text: str, style: ParagraphStyle = _PLAIN) -> Paragraph:
    wrap = "CJK" if has_ideographs(text) else None
    return Paragraph(markup(text), ParagraphStyle("cell", style, wordWrap=wrap, splitLongWords=1))


class _Box(Spacer):  # type: ignore[misc]  # reportlab has no types
    """A square to tick."""

    def __init__(self) -> None:
        super().__init__(4 * mm, 4 * mm)

    def draw(self) -> None:
        self.canv.setStrokeColor(_GREY)
        self.canv.setLineWidth(0.8)
        self.canv.rect(0, 0, 4 * mm, 4 * mm)


# ---------------------------------------------------------------- page frame


def _frame_of(listed: PickList, printed_at: datetime) -> Callable[[Canvas, int, int], None]:
    """Draws what stands around every page."""
    wave = listed.wave
    parcels, rows = len(listed.parcels), len(listed.rows)
    counts = f"{parcels} parcels · {listed.units} units · {rows} SKUs"
    not_yet = "" if wave.state == WaveState.RELEASED else f" · {wave.state}"
    printed = printed_at.astimezone(ZoneInfo(wave.timezone))
    title = _text(f"Wave {wave.number}", ParagraphStyle("title", _BOLD, fontSize=20, leading=23))
    place = _text(
        f"{wave.warehouse_name} ({wave.warehouse})", ParagraphStyle("at", _BOLD, fontSize=10.5, leading=13)
    )
    about = _text(f"leaves by {wave.ship_by:%Y-%m-%d} · {counts}{not_yet}", _SMALL)
    code = barcode(f"W{wave.number}", width_mm=48, height_mm=11)

    def draw(canvas: Canvas, page: int, pages: int) -> None:
        top = _HEIGHT - _MARGIN
        for paragraph, below in ((title, 8.5 * mm), (place, 14.5 * mm), (about, 19.5 * mm)):
            paragraph.wrapOn(canvas, 125 * mm, 20 * mm)
            paragraph.drawOn(canvas, _MARGIN, top - below)
        if code is not None:
            code.drawOn(canvas, _WIDTH - _MARGIN - code.width, top - 15 * mm)
        canvas.setStrokeColor(_INK)
        canvas.setLineWidth(1)
        canvas.line(_MARGIN, top - 22 * mm, _WIDTH - _MARGIN, top - 22 * mm)
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_GREY)
        canvas.drawString(
            _MARGIN, _MARGIN, f"Pick list of wave {wave.number} · printed {printed:%Y-%m-%d %H:%M %Z}"
        )
        canvas.drawRightString(_WIDTH - _MARGIN, _MARGIN, f"page {page} of {pages}")

    return draw


def _paged(draw: Callable[[Canvas, int, int], None]) -> type[Canvas]:
    """A canvas that knows how many pages there are: it keeps them all, and frames them in the end."""

    class Paged(Canvas):  # type: ignore[misc]  # reportlab has no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 -- reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, start=1):
                self.__dict__.update(page)
                draw(self, number, len(self._kept))
                super().showPage()
            super().save()

    return Paged
