"""One company on a real stack, and one browser, for all tests here."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browser.browsing import Person, a_browser, at_the_console
from tests.browser.company import found
from tests.e2e.client import Client
from tests.e2e.house import House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """API, worker and relay."""
    with open_house(tmp_path_factory.mktemp("console")) as opened:
        yield opened


@pytest.fixture(scope="session")
async def company(house: House) -> House:
    """The house, once the company has traded in it for a while."""
    async with house.client() as client:
        await found(client)
    return await house.settled()


@pytest.fixture
async def admin(company: House) -> AsyncIterator[Client]:
    """What happens elsewhere, while somebody looks at the console."""
    async with company.client() as client:
        yield client


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
async def visitor(company: House, browser: Browser) -> AsyncIterator[Person]:
    """Somebody who has not signed in."""
    async with at_the_console(browser, company.url) as person:
        yield person


@pytest.fixture
async def person(company: House, visitor: Person) -> Person:
    """Somebody signed in who may do everything."""
    await visitor.sign_in(company.stack.key)
    return visitor
