"""Barcodes that a scanner reads from paper.

Source: ISO/IEC 15417 (Code 128): bars are whole modules, with 10 modules of quiet zone on either side.
"""

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm

MODULE_MAX_MM = 0.33
MODULE_MIN_MM = 0.19  # 7.5 mil: below it cheap scanners and printers give up
QUIET_MODULES = 10


def barcode(text: str, *, width_mm: float, height_mm: float) -> Code128 | None:
    """The Code 128 barcode of `text` within a width; None: it cannot be one, or would be too fine to be read."""
    if not text or not text.isascii() or not text.isprintable():
        return None
    modules = _code(text, module_mm=1, height_mm=1).width / mm
    module_mm = min(MODULE_MAX_MM, width_mm / modules)
    return None if module_mm < MODULE_MIN_MM else _code(text, module_mm=module_mm, height_mm=height_mm)


def _code(text: str, *, module_mm: float, height_mm: float) -> Code128:
    quiet = QUIET_MODULES * module_mm * mm
    code = Code128(
        text, barWidth=module_mm * mm, barHeight=height_mm * mm, quiet=1, lquiet=quiet, rquiet=quiet
    )
    code.hAlign = "LEFT"
    return code
