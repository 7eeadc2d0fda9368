"""The platforms there are: a new one is one file beside this one, and one line here."""

from collections.abc import Mapping

from domain.channels.adapters.amazon import AMAZON
from domain.channels.adapters.contract import Adapter
from domain.channels.adapters.douyin import DOUYIN
from domain.channels.adapters.ebay import EBAY
from domain.channels.adapters.edi import EDI
from domain.channels.adapters.generic import GENERIC
from domain.channels.adapters.jd import JD
from domain.channels.adapters.pinduoduo import PINDUODUO
from domain.channels.adapters.shopify import SHOPIFY
from domain.channels.adapters.square import SQUARE
from domain.channels.adapters.taobao import TAOBAO
from domain.channels.adapters.wechat_shop import WECHAT_SHOP
from domain.channels.adapters.woocommerce import WOOCOMMERCE

_ALL: tuple[Adapter, ...] = (
    AMAZON,
    DOUYIN,
    EBAY,
    EDI,
    GENERIC,
    JD,
    PINDUODUO,
    SHOPIFY,
    SQUARE,
    TAOBAO,
    WECHAT_SHOP,
    WOOCOMMERCE,
)

ADAPTERS: Mapping[str, Adapter] = {adapter.platform: adapter for adapter in _ALL}
