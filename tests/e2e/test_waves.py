"""A wave's day over the wire: planned, printed, picked, packed and shipped by many at once."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.e2e.client import Client
from tests.e2e.house import House
from tests.e2e.trade import ERRORS, open_shop, place_all, sourced

PLAN = (
    f"mutation ($input: PlanWavesInput!) {{ planWaves(input: $input) {{ waves {{ id number }} {ERRORS} }} }}"
)
RELEASE = f"""mutation ($input: WaveInput!) {{ releaseWave(input: $input) {{
    wave {{ state progress {{ picking }} }} leftOut {{ id }} {ERRORS} }} }}"""
WAVE = """query ($id: ID!) { wave(id: $id) { state progress { shipped cancelled }
    pickList { pdfPath csvPath packCsvPath parcels { fulfilmentOrder { id number order { id } } } } } }"""
CANCEL = f"mutation ($input: CancelOrderInput!) {{ cancelOrder(input: $input) {{ {ERRORS} }} }}"
INPUTS = {"ship": "ShipFulfilmentOrdersInput"}


async def steps(client: Client, verb: str, **said: Any) -> list[str]:
    """What became of each row: the state it is in, or why it was refused."""
    answer = await client.do(
        f"""mutation ($input: {INPUTS.get(verb, "FulfilmentStepsInput")}!) {{ {verb}FulfilmentOrders(input: $input) {{
            results {{ fulfilmentOrder {{ state }} {ERRORS} }} {ERRORS} }} }}""",
        input=said,
    )
    return [
        row["userErrors"][0]["code"] if row["userErrors"] else row["fulfilmentOrder"]["state"]
        for row in answer["results"]
    ]


async def test_a_waves_day(house: House, admin: Client, tmp_path: Path) -> None:
    shop = await open_shop(admin, (100, 100))
    units = {shop.skus[0]: 2, shop.skus[1]: 1}
    orders = await place_all(admin, [shop.order(units) for _ in range(5)])
    for order in orders:
        await sourced(admin, order)
    said = {"warehouse": shop.warehouses[0], "shipBy": "2099-01-01", "parcelsMax": 4, "idempotencyKey": "e2e"}
    first, second = (await admin.do(PLAN, input=said))["waves"]
    assert (await admin.do(PLAN, input=said))["waves"] == [first, second]
    members = (await admin.ask(WAVE, id=first["id"]))["pickList"]["parcels"]
    await admin.do(CANCEL, input={"id": members[1]["fulfilmentOrder"]["order"]["id"], "reason": "CUSTOMER"})
    released = await admin.do(RELEASE, input={"id": first["id"]})
    assert (released["wave"], len(released["leftOut"])) == (
        {"state": "RELEASED", "progress": {"picking": 3}},
        1,
    )

    wave = await admin.ask(WAVE, id=first["id"])
    await _printed(admin, wave["pickList"], first["number"], skus=shop.skus)
    for name in ("list.pdf", "list.csv"):
        told = await house.command(
            "pick-list", str(first["number"]), "--out", str(tmp_path / name), *_reach(house)
        )
        assert name in told
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "list.csv").read_text("utf-8-sig").count("\n") == 3

    ids = [parcel["fulfilmentOrder"]["id"] for parcel in wave["pickList"]["parcels"]]
    assert await steps(admin, "pack", ids=[*ids, "junk"]) == ["PACKED"] * 3 + ["INVALID_ID"]
    parcels = [{"id": id_, "carrier": "DHL", "trackingNumber": f"T{at}"} for at, id_ in enumerate(ids)]
    assert await steps(admin, "ship", parcels=parcels) == ["SHIPPED"] * 3
    assert await steps(admin, "ship", parcels=parcels) == ["WRONG_STATE"] * 3
    assert await steps(admin, "deliver", ids=ids) == ["DELIVERED"] * 3
    ended = await admin.ask(WAVE, id=first["id"])
    assert (ended["state"], ended["progress"]) == ("COMPLETED", {"shipped": 3, "cancelled": 0})
    await house.audit()


async def _printed(admin: Client, listed: Any, number: int, *, skus: tuple[str, ...]) -> None:
    """The documents are what the API says they are."""
    printed = await admin.http.get(listed["pdfPath"])
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert f"wave-{number}-pick-list.pdf" in printed.headers["content-disposition"]
    with pypdfium2.PdfDocument(printed.content) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert all(sku in pages[0] for sku in skus)
    assert f"Parcel {listed['parcels'][0]['fulfilmentOrder']['number']}" in pages[1]
    assert "3 parcels · 9 units · 2 SKUs" in pages[0]

    by_sku = await admin.http.get(f"/waves/{number}/pick-list.csv")
    assert by_sku.content == (await admin.http.get(listed["csvPath"])).content
    rows = list(csv.DictReader(StringIO(by_sku.content.decode("utf-8-sig"))))
    assert [(row["sku"], row["units"]) for row in rows] == [(skus[0], "6"), (skus[1], "3")]
    by_parcel = await admin.http.get(listed["packCsvPath"])
    assert by_parcel.text.count("\n") == 1 + 6


def is_empty(folder: Path) -> bool:
    return not list(folder.iterdir())


def _reach(house: House) -> tuple[str, ...]:
    return ("--url", house.url, "--key", house.stack.key)


async def test_who_may_not_see_waves_gets_no_document(house: House, admin: Client, tmp_path: Path) -> None:
    shop = await open_shop(admin, (5,))
    [order] = await place_all(admin, [shop.order()])
    await sourced(admin, order)
    [wave] = (await admin.do(PLAN, input={"warehouse": shop.warehouses[0], "shipBy": "2099-01-01"}))["waves"]
    path = f"/waves/{wave['id']}/pick-list.pdf"

    async def asked(key: str, at: str = path) -> tuple[int, str]:
        async with house.client(key) as client:
            answer = await client.http.get(at)
            return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]

    writer = await house.make_key("no reader", "FULFILMENT_WRITE")
    partner = await house.make_key("partner", "READ", channel=shop.channel)
    assert await asked("") == (401, "UNAUTHENTICATED")
    assert await asked("forebay_nobody") == (401, "UNAUTHENTICATED")
    assert await asked(writer) == (403, "NOT_ALLOWED")
    assert await asked(partner) == (403, "NOT_ALLOWED")
    key = house.stack.key
    assert await asked(key, "/waves/999999999999/pick-list.pdf") == (404, "UNKNOWN_WAVE")
    assert await asked(key, f"/waves/{order}/pick-list.pdf") == (400, "INVALID_ID")
    assert await asked(key, f"/waves/{'9' * 40}/pick-list.csv") == (400, "INVALID_ID")
    assert await asked(key, f"/waves/{wave['id']}/pick-list.exe") == (404, "NOT_FOUND")
    with pytest.raises(AssertionError, match="There is no such wave"):
        await house.command("pick-list", "999999999", "--out", str(tmp_path / "list.pdf"), *_reach(house))
    assert is_empty(tmp_path)
    async with house.client() as client:
        assert (await client.http.post(path)).status_code == 405
        assert (await client.http.head(path)).status_code == 200
