"""The day's work at the console: holds released, parcels by scanner, waves, units received."""

import re
from uuid import uuid4

from playwright.async_api import Route, expect

from tests.browser.browsing import Person
from tests.browser.working import parcel_of, placed, wedge
from tests.e2e.client import Client
from tests.e2e.trade import sourced

_HELD = "{ orderCount(where: {sourcing: {eq: ON_HOLD}}) { count } }"
_HOLD = "mutation ($input: HoldOrderInput!) { holdOrder(input: $input) { userErrors { message } } }"
_RELEASE = "mutation ($input: ReleaseOrderInput!) { releaseOrder(input: $input) { userErrors { message } } }"
_LEVEL = """
    query ($sku: String!) { stockLevels(where: {sku: {eq: $sku}}) { nodes { onHand warehouse { code } } } }
"""


async def _on_hand(admin: Client, sku: str) -> dict[str, int]:
    levels = (await admin.ask(_LEVEL, sku=sku))["nodes"]
    return {level["warehouse"]["code"]: level["onHand"] for level in levels}


async def test_orders_on_hold_are_released_together(person: Person, admin: Client) -> None:
    page = person.page
    await person.go("/held")
    await page.get_by_role("checkbox", name="Select all rows").check()
    held = await page.locator("tbody tr").count()
    assert held == (await admin.ask(_HELD))["count"] > 0
    await page.locator(".selected-bar button").click()
    await expect(page.locator(".toast")).to_contain_text("released")
    await expect(page.get_by_text("No order is on hold")).to_be_visible()
    assert (await admin.ask(_HELD))["count"] == 0


async def test_what_is_selected_is_in_sight(person: Person, admin: Client) -> None:
    page = person.page
    one, other = [await placed(admin) for _ in range(2)]
    for each in (one, other):
        await admin.do(_HOLD, input={"id": each, "reason": "OTHER"})
    await person.go("/held")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.locator("tbody tr").nth(0).get_by_role("checkbox").check()
    await expect(page.locator(".selected-bar")).to_contain_text("1 row is selected")
    await admin.do(_RELEASE, input={"id": one})  # by somebody else
    await page.locator("tbody tr").nth(1).get_by_role("button", name="Release").press("Enter")
    await expect(page.get_by_text("No order is on hold")).to_be_visible()
    await expect(page.locator(".selected-bar")).to_have_count(0)
    await expect(page.locator("main")).to_be_focused()


async def test_every_hold_comes_back(person: Person, admin: Client) -> None:
    page = person.page
    held = await placed(admin)
    for reason in ("FRAUD", "PAYMENT"):
        await admin.do(_HOLD, input={"id": held, "reason": reason, "note": f"For {reason}"})
    await person.go("/held")
    row = page.locator("tbody tr")
    await row.get_by_role("button", name="Release").click()
    await expect(row).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(row).to_contain_text("For FRAUD")
    await expect(row).to_contain_text("For PAYMENT")
    await admin.do(_RELEASE, input={"id": held})


async def test_a_parcel_is_picked_packed_and_shipped_by_scanner_alone(person: Person, admin: Client) -> None:
    page = person.page
    parcel = await parcel_of(admin, await placed(admin))
    await person.go("/warehouse")
    await expect(page.locator(".scan input")).to_be_focused()
    await wedge(page, "NO-SUCH-CODE")
    await expect(page.locator(".scanned")).to_contain_text("NO-SUCH-CODE")
    await wedge(page, str(parcel["number"]))
    await expect(page.locator("h1")).to_contain_text(str(parcel["number"]))

    await expect(page.get_by_role("button", name="Start picking")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".scan input")).to_be_focused()
    await wedge(page, "KETTLE")
    await expect(page.locator(".scanned")).to_contain_text("KETTLE does not belong")
    pack = page.get_by_role("button", name="Pack", exact=True)
    await wedge(page, "MUG-BLUE")
    await expect(pack).to_be_disabled()  # one of two
    await wedge(page, "MUG-BLUE")
    await expect(page.locator("main")).to_contain_text("Press Enter to pack")
    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Carrier")).to_be_focused()
    await page.keyboard.type("DHL")
    await page.keyboard.press("Tab")
    await wedge(page, "00340434161094015902")
    await expect(page.locator(".toast").last).to_contain_text("has left")
    await person.go(f"/warehouse/parcels/{parcel['id']}")
    await expect(page.locator("h1")).to_contain_text("Shipped")


async def test_waves_are_planned_released_and_printed(person: Person, admin: Client) -> None:
    page = person.page
    await sourced(admin, await placed(admin))
    await person.go("/warehouse?at=leipzig")
    await page.get_by_role("button", name="Plan waves").click()
    await page.locator("dialog").get_by_role("button", name="Plan waves").click()
    await page.get_by_role("button", name="Give up").first.click()
    await page.locator("dialog p").click()  # the dialog is in the row, but no part of it
    await expect(page).to_have_url(re.compile("/warehouse.at=leipzig$"))
    await page.keyboard.press("Escape")
    await page.locator("tbody a.strong").first.click()
    await expect(page.locator("h1")).to_contain_text("Planned")
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Pick list").click()
    printed = await opened.value
    await printed.wait_for_url(re.compile("^blob:"))
    await printed.close()
    await page.get_by_role("button", name="Release").click()
    await expect(page.locator("h1")).to_contain_text("Being picked")
    await page.reload()  # without toasts, which go after a while
    await expect(page.locator("tbody tr").first).to_be_visible()
    await page.wait_for_timeout(2000)  # the list follows its parcels; axe stumbles over what is drawn anew
    assert await person.barriers() == []


async def test_received_units_are_in_the_ledger(person: Person, admin: Client) -> None:
    page = person.page
    before = await _on_hand(admin, "HONEY")
    await person.go("/stock/HONEY")
    await page.locator(".page-head").get_by_role("button", name="Receive").click()
    await page.locator("dialog select").select_option("munich")
    await page.get_by_label("Units", exact=True).fill("7")
    await page.locator("dialog").get_by_role("button", name="Receive").click()
    newest = page.locator("tbody").last.locator("tr").first
    await expect(newest).to_contain_text("+7")
    assert await _on_hand(admin, "HONEY") == before | {"munich": before["munich"] + 7}
    assert await person.barriers() == []


async def test_a_file_is_imported_and_what_was_refused_comes_back(person: Person, admin: Client) -> None:
    page = person.page
    reference = f"F-{uuid4().hex[:12]}"
    rows = (
        "external_id,placed_at,currency,ship_to.country,lines.sku,lines.qty,lines.unit_price\n"
        f"{reference},2026-11-22T11:00:00Z,EUR,DE,MUG-BLUE,1,12.50\n"
        f"{reference}-2,2026-11-22T11:00:00Z,EUR,DE,NO-SUCH-SKU,1,12.50\n"
    )
    await person.go("/imports")
    await page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(
        {"name": "november.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    await dialog.get_by_label("Channel").select_option("stores")
    assert await person.barriers() == []
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(page.locator(".toast")).to_contain_text("november.csv is uploaded")
    row = page.locator("main tbody tr").filter(has_text="november.csv")
    await expect(row).to_contain_text("100%")
    async with page.expect_download() as saving:
        await row.get_by_role("button", name="Refused rows").click()
    refused = (await (await saving.value).path()).read_text("utf-8")
    assert "NO-SUCH-SKU" in refused
    assert f"{reference},2026" not in refused
    found = await admin.ask("query ($of: String!) { orderCount(search: $of) { count } }", of=reference)
    assert found["count"] == 1


async def test_an_upload_is_given_up_on_its_way(person: Person) -> None:
    page = person.page
    await person.go("/imports")

    async def hang(route: Route) -> None:
        if route.request.method != "PATCH":
            await route.continue_()

    await page.route("**/imports/*", hang)
    await page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(
        {"name": "endless.csv", "mimeType": "text/csv", "buffer": b"external_id\n"}
    )
    await dialog.get_by_role("button", name="Import", exact=True).click()
    await expect(dialog.get_by_role("status")).to_contain_text("Uploading: 0%")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator("main tbody tr").filter(has_text="endless.csv")).to_contain_text("Cancelled")
