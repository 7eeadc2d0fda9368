"""One house for all tests that leave it standing, and one a module for those that don't."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.client import Client
from tests.e2e.house import House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two API processes, two workers and a relay; nobody kills its servers."""
    with open_house(tmp_path_factory.mktemp("house"), apis=2, workers=2) as opened:
        yield opened


@pytest.fixture
async def admin(house: House) -> AsyncIterator[Client]:
    """A client of the shared house that may do everything."""
    async with house.client() as client:
        yield client


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of the module's own, whose processes and servers may be killed; small allocation rounds."""
    home = tmp_path_factory.mktemp("fragile")
    with open_house(home, apis=2, FOREBAY_ALLOCATION_BATCH_MAX="100") as opened:
        yield opened
