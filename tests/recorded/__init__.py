"""What each platform sends, as its documentation shows it: one module a platform, with payloads of our own."""

from importlib import import_module

from domain.channels.adapters.registry import ADAPTERS
from tests.recorded.shape import Recorded


def recorded(platform: str) -> Recorded:
    """What is recorded of `platform`, in the module of its name (`-` as `_`)."""
    found = import_module(f"tests.recorded.{platform.replace('-', '_')}").RECORDED
    assert isinstance(found, Recorded)
    return found


def all_recorded() -> list[Recorded]:
    return [recorded(platform) for platform in ADAPTERS]
