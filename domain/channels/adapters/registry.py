"""The platforms there are: a new one is one file beside this one, and one line here."""

from collections.abc import Mapping

from domain.channels.adapters.contract import Adapter
from domain.channels.adapters.douyin import DOUYIN

_ALL: tuple[Adapter, ...] = (DOUYIN,)

ADAPTERS: Mapping[str, Adapter] = {adapter.platform: adapter for adapter in _ALL}
