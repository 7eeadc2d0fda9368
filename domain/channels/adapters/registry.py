"""The platforms there are: a new one is one file beside this one, and one line here."""

from collections.abc import Mapping

from domain.channels.adapters.contract import Adapter

_ALL: tuple[Adapter, ...] = ()

ADAPTERS: Mapping[str, Adapter] = {adapter.platform: adapter for adapter in _ALL}
