"""Links to exported files: what they open, and what they don't."""

from datetime import timedelta
from urllib.parse import quote

import httpx2
import pytest

from domain.exports import run_export as module
from domain.exports.kinds import orders as kind
from domain.exports.link import link_to
from domain.exports.models import Export
from domain.orders.place_orders import place_orders
from domain.shared.clock import utc_now
from domain.shared.ids import new_id
from tests.factories import NOW, TESTER, ask_export, incoming, make_channel, make_variant, written

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def shop(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    del client.headers["Authorization"]  # a link is enough
    monkeypatch.setattr(kind, "ORDERS_A_PIECE", 10)
    monkeypatch.setattr(module, "PIECE_BYTES", 1_000)
    await make_channel("shop")
    await make_variant("MUG")
    await place_orders([incoming("shop", {"MUG": 1}) for _ in range(35)], by=TESTER, now=NOW)


async def ready(form: str = "CSV") -> tuple[Export, bytes]:
    export_id = await ask_export(form, now=utc_now())
    content = await written(export_id, now=utc_now())
    return await Export.get(id=export_id), content


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("CSV", "text/csv; charset=utf-8; header=present"),
        ("JSONL", "application/jsonl"),
        ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("PARQUET", "application/vnd.apache.parquet"),
    ],
)
async def test_a_link_opens_the_whole_file(client: httpx2.AsyncClient, form: str, media_type: str) -> None:
    export, content = await ready(form)
    await Export.filter(id=export.id).update(file_name='Aufträge "März"\r\n.csv')
    got = await client.get(link_to(export.id, until=utc_now() + HOUR))
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-type"] == media_type
    assert got.headers["content-length"] == str(len(content))
    name = quote('Aufträge "März"\r\n.csv', safe="")
    assert got.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"


@pytest.mark.parametrize("form", ["CSV", "XLSX"])
async def test_a_download_goes_on_from_any_byte(client: httpx2.AsyncClient, form: str) -> None:
    export, content = await ready(form)
    link = link_to(export.id, until=utc_now() + HOUR)
    for offset in (0, 1, 999, 1_000, 1_001, len(content) - 1):
        got = await client.get(link, headers={"Range": f"bytes={offset}-"})
        assert (got.status_code, got.content) == (206, content[offset:])
        assert got.headers["content-range"] == f"bytes {offset}-{len(content) - 1}/{len(content)}"
    beyond = await client.get(link, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")
    other = await client.get(link, headers={"Range": "bytes=-5"})
    assert (other.status_code, other.content) == (200, content)


async def test_a_link_that_was_changed_opens_nothing(client: httpx2.AsyncClient) -> None:
    export, _ = await ready()
    link = link_to(export.id, until=utc_now() + HOUR)
    path, _, query = link.partition("?")
    expires, _, signature = query.partition("&")
    later = f"expires={int(expires.removeprefix('expires=')) + 1}"
    flipped = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    for wrong in (
        path,
        f"{path}?{expires}",
        f"{path}?{expires}&{flipped}",
        f"{path}?{expires}&signature=%C3%A9",
        f"{path}?{later}&{signature}",
        f"/exports/{new_id()}?{query}",
        f"/exports/x?{query}",
    ):
        got = await client.get(wrong)
        code = got.json()["errors"][0]["extensions"]["code"]
        assert (got.status_code, code) == (403, "INVALID_LINK"), wrong


async def test_a_link_ends_and_so_does_the_file(client: httpx2.AsyncClient) -> None:
    export, _ = await ready()
    past = await client.get(link_to(export.id, until=utc_now() - timedelta(seconds=1)))
    assert (past.status_code, past.json()["errors"][0]["extensions"]["code"]) == (410, "LINK_EXPIRED")
    await Export.filter(id=export.id).update(expires_at=utc_now())
    gone = await client.get(link_to(export.id, until=utc_now() + HOUR))
    assert (gone.status_code, gone.json()["errors"][0]["extensions"]["code"]) == (410, "LINK_EXPIRED")


async def test_a_file_that_is_not_done_is_not_there(client: httpx2.AsyncClient) -> None:
    export_id = await ask_export(now=utc_now())
    got = await client.get(link_to(export_id, until=utc_now() + HOUR))
    assert (got.status_code, got.json()["errors"][0]["extensions"]["code"]) == (404, "UNKNOWN_EXPORT")
