"""At the packing bench, where hands hold a scanner and nobody looks at the screen: what it types goes where it belongs."""

from playwright.async_api import Locator, Page, Route, expect

from tests.browser.browsing import Person
from tests.browser.working import parcel_of, placed, wedge
from tests.e2e.client import Client
from tests.e2e.trade import walk

GRAPHQL = "**/graphql"
CONTENT = [
    {"sku": "MUG-BLUE", "quantity": 2, "unitPrice": "12.50"},
    {"sku": "KETTLE", "quantity": 1, "unitPrice": "54.00"},
]
_BARCODE = "mutation ($input: SaveVariantsInput!) { saveVariants(input: $input) { userErrors { message } } }"


def pack(page: Page) -> Locator:
    return page.get_by_role("button", name="Pack", exact=True)


async def at_the_bench(person: Person, admin: Client, *, after: str = "pick") -> str:
    """Where a parcel of two mugs and a kettle is next, once that step is done; its order's id."""
    order_id = await placed(admin, lines=CONTENT)
    parcel = await parcel_of(admin, order_id)
    await walk(admin, parcel["id"], until=after)
    await person.go(f"/warehouse/parcels/{parcel['id']}")
    return order_id


async def test_what_is_short_does_not_stand_for_what_was_not_scanned(person: Person, admin: Client) -> None:
    page = person.page
    await at_the_bench(person, admin)
    for _ in range(2):
        await wedge(page, "MUG-BLUE")
    await page.get_by_role("button", name="Report missing units").click()
    await page.get_by_role("dialog").get_by_label("Mug, blue").fill("1")
    await page.get_by_role("dialog").get_by_role("button", name="Report missing units").click()
    await expect(page.locator(".counting")).to_contain_text("1 / 1")
    await expect(page.locator("main")).to_contain_text("1 unit is missing")
    await expect(pack(page)).to_be_disabled()
    await expect(page.locator(".scan input")).to_be_focused()
    await wedge(page, "KETTLE")
    await expect(pack(page)).to_be_enabled()


async def test_one_unit_too_many_packs_nothing_and_two_enters_pack_once(
    person: Person, admin: Client
) -> None:
    page = person.page
    order_id = await at_the_bench(person, admin)
    for sku in ("MUG-BLUE", "KETTLE", "MUG-BLUE", "MUG-BLUE"):
        await wedge(page, sku)
    await expect(page.locator(".scanned")).to_contain_text("There is enough of Mug, blue")
    assert (await parcel_of(admin, order_id))["state"] == "PICKING"
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Packed")
    await expect(page.locator(".toast")).to_have_count(1)
    await expect(page.locator(".toast")).to_contain_text("is packed")


async def test_what_was_counted_by_hand_is_not_counted_again_by_the_next_scan(
    person: Person, admin: Client
) -> None:
    page = person.page
    await at_the_bench(person, admin)
    await page.locator(".counting li", has_text="Mug").get_by_role("button", name="Count one").click()
    await wedge(page, "KETTLE")
    await expect(page.locator(".counting li", has_text="Mug")).to_contain_text("1 / 2")
    await expect(page.locator(".counting li", has_text="Kettle")).to_contain_text("1 / 1")


async def test_a_barcode_is_known_with_and_without_its_leading_zeros(person: Person, admin: Client) -> None:
    page = person.page
    await admin.do(
        _BARCODE,
        input={"variants": [{"sku": "KETTLE", "name": "Kettle", "weightG": 400, "barcode": "012345678905"}]},
    )
    await at_the_bench(person, admin)
    await wedge(page, "0012345678905")
    await expect(page.locator(".scanned")).to_contain_text("Kettle: 1 of 1")


async def test_a_label_is_scanned_again_after_the_network_failed(person: Person, admin: Client) -> None:
    page = person.page
    order_id = await at_the_bench(person, admin, after="pack")
    fails = [True]

    async def answer(route: Route) -> None:
        ships = " Ship(" in (route.request.post_data or "")
        await (route.abort() if ships and fails.pop() else route.continue_())

    await page.get_by_label("Carrier").fill("DHL")
    await page.keyboard.press("Tab")
    await page.route(GRAPHQL, answer)
    await wedge(page, "0034043421")
    await expect(page.locator("main form [role=alert]")).not_to_be_empty()
    fails.append(False)
    await wedge(page, "0034043421")
    await expect(page.locator(".toast")).to_contain_text("has left")
    assert (await parcel_of(admin, order_id))["trackingNumber"] == "0034043421"
    person.troubles.clear()


async def test_a_parcel_whose_shipping_was_never_answered_has_left_after_all(
    person: Person, admin: Client
) -> None:
    page = person.page
    order_id = await at_the_bench(person, admin, after="pack")

    async def lose(route: Route) -> None:
        if " Ship(" in (route.request.post_data or ""):
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.get_by_label("Carrier").fill("DHL")
    await page.keyboard.press("Tab")
    await page.route(GRAPHQL, lose)
    await wedge(page, "0034043422")
    await expect(page.locator("main form [role=alert]")).not_to_be_empty()
    await page.unroute(GRAPHQL, lose)
    await wedge(page, "0034043422")
    await expect(page.locator("h1")).to_contain_text("Shipped")
    await expect(page.locator(".scan input")).to_be_focused()
    assert (await parcel_of(admin, order_id))["trackingNumber"] == "0034043422"
    person.troubles.clear()


async def test_an_answer_that_comes_late_leads_nobody_away(person: Person, admin: Client) -> None:
    page = person.page
    first, second = [(await parcel_of(admin, await placed(admin)))["number"] for _ in range(2)]
    held: list[Route] = []

    async def hold(route: Route) -> None:
        if " Scan(" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            await route.continue_()

    await person.go("/warehouse")
    await page.route(GRAPHQL, hold)
    await wedge(page, str(first))
    await wedge(page, str(second))
    await expect(page.locator("h1")).to_contain_text(str(second))
    there = page.url
    async with page.expect_response(lambda answer: answer.request == held[0].request):
        await held[0].continue_()
    await page.wait_for_timeout(500)
    assert page.url == there
