"""By which code and which settings a message was read: what a replay may read differently."""

import inspect
from functools import lru_cache
from hashlib import sha256
from types import ModuleType

from domain.channels.adapters import reading
from domain.channels.adapters.contract import Adapter
from domain.channels.adapters.registry import ADAPTERS


@lru_cache(maxsize=256)
def adapter_version(platform: str) -> str:
    """Changes when the code of the platform's adapter does."""
    adapter = ADAPTERS.get(platform)
    if adapter is None:
        return "none"
    sources = "\n".join(inspect.getsource(module) for module in (*_modules(adapter), reading))
    return sha256(sources.encode()).hexdigest()[:12]


def mapping_version(platform: str, settings_version: int) -> str:
    """The adapter's version and the settings' one, such as `generic-3f2a9c11d04e-2`."""
    return f"{platform}-{adapter_version(platform)}-{settings_version}"


def _modules(adapter: Adapter) -> list[ModuleType]:
    module = inspect.getmodule(adapter.parse)
    return [module] if module else []
