"""Order files: reading them, and turning each row into an order or a refusal."""

from cli.replaying.catalogue import Catalogue, FileChannel, FileVariant, catalogue_of
from cli.replaying.format import RefusalCode, RowRefusal, parse_row
from cli.replaying.reading import UnreadableFile, read_lines
from cli.replaying.shape import Line, PlaceOrderInput, ShipTo

__all__ = [
    "Catalogue",
    "FileChannel",
    "FileVariant",
    "Line",
    "PlaceOrderInput",
    "RefusalCode",
    "RowRefusal",
    "ShipTo",
    "UnreadableFile",
    "catalogue_of",
    "parse_row",
    "read_lines",
]
