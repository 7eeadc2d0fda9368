"""GraphiQL: it works offline, under its policy, with the key that is signed in, and live."""

from playwright.async_api import Locator, expect

from tests.browser.browsing import Person
from tests.browser.company import deliver
from tests.e2e.client import Client
from tests.e2e.house import House


async def opened(person: Person) -> Locator:
    """Where answers are shown, once there is an editor in it and one to ask in."""
    page = person.page
    answer = page.get_by_role("region", name="Result Window")
    await expect(answer.locator(".monaco-editor")).to_be_attached()
    await expect(page.locator(".graphiql-query-editor .view-line").first).to_be_visible()
    return answer


async def test_who_has_not_signed_in_is_asked_for_a_key(company: House, visitor: Person) -> None:
    page = visitor.page
    await page.goto(f"{visitor.url}/explorer")
    await page.locator("input[name=key]").fill(company.stack.key)
    await page.locator("form button.primary").click()
    await opened(visitor)


async def test_a_query_is_answered_and_the_documentation_opens(person: Person) -> None:
    page = person.page
    await page.get_by_role("link", name="Explorer").click()
    answer = await opened(person)
    await page.get_by_role("button", name="Execute query").click()
    await expect(answer).to_contain_text("fulfilmentStatus")
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(page.get_by_text("ChannelInactive")).to_be_visible()
    assert await person.barriers() == []
    await person.photograph("explorer-light")


async def test_an_example_follows_orders_live(admin: Client, person: Person) -> None:
    page = person.page
    await page.goto(f"{person.url}/explorer")
    answer = await opened(person)
    await page.get_by_role("button", name="Show Examples").click()
    await page.get_by_role("button", name="What happens, live").click()
    await expect(page.locator(".graphiql-tab-button[aria-current=true]")).to_have_count(1)
    assert await person.barriers() == []
    await page.wait_for_timeout(1000)  # GraphiQL looks which operations there are when typing has rested
    await page.get_by_role("button", name="Execute query").click()
    await expect(answer).to_contain_text("POSITION")
    assert await deliver(admin, "WEB-EXPLORED", "HONEY") == 200
    await expect(answer).to_contain_text("ORDER_SOURCED")
