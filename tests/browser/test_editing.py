"""What somebody types stays, and stays where it was typed."""

import re
from uuid import uuid4

from playwright.async_api import expect

from tests.browser.browsing import Person
from tests.browser.company import deliver
from tests.e2e.client import Client


async def test_what_was_typed_into_a_rule_goes_with_the_rule(person: Person) -> None:
    page = person.page
    await person.go("/rules")
    await page.get_by_role("button", name="New draft").click()
    await page.get_by_role("button", name="Add a routing").click()
    when = page.locator(".parts section").first
    for text in ("first", "second"):
        await when.get_by_role("button", name="Add").click()
        await when.get_by_label("Values").last.fill(text)
    await when.get_by_role("button", name=re.compile("^Remove")).first.click()
    await expect(when.get_by_label("Values")).to_have_value("second")


async def test_a_search_waits_for_whoever_thinks_between_two_words(person: Person) -> None:
    page = person.page
    await person.go("/orders")
    field = page.get_by_role("searchbox")
    await field.press_sequentially("Anna ")
    await expect(page).to_have_url(re.compile("q=Anna$"))
    await field.press_sequentially("Schmidt")
    await expect(page).to_have_url(re.compile(r"q=Anna\+Schmidt$"))
    await expect(field).to_have_value("Anna Schmidt")


async def test_a_mapping_is_kept_while_one_looks_at_something_else(person: Person, admin: Client) -> None:
    page = person.page
    reference = f"WEB-{uuid4().hex[:10]}"
    assert await deliver(admin, reference, "TEA-2000") == 200
    await person.go("/messages")
    row = page.locator("main tbody tr", has_text=reference)
    await row.get_by_role("button", name="Look").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("tab", name="Channel's mapping").click()
    await dialog.locator("textarea").fill('{"skuMap": {')
    await dialog.get_by_role("tab").first.click()
    await dialog.get_by_role("tab", name="Channel's mapping").click()
    await expect(dialog.locator("textarea")).to_have_value('{"skuMap": {')
