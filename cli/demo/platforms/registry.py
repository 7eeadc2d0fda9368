"""The platforms that are played, by the name that channels have them under."""

from collections.abc import Mapping

from cli.demo.platforms.douyin import DOUYIN
from cli.demo.platforms.edi import EDI
from cli.demo.platforms.shape import Platform
from cli.demo.platforms.shopify import SHOPIFY
from cli.demo.platforms.signed_json import SIGNED_JSON
from cli.demo.platforms.square import SQUARE

PLATFORMS: Mapping[str, Platform] = {
    "douyin": DOUYIN,
    "edi": EDI,
    "generic": SIGNED_JSON,
    "shopify": SHOPIFY,
    "square": SQUARE,
}
