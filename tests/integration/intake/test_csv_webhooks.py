"""Files of orders that a channel's webhook takes as CSV: each order once, bad rows kept, and mended by their map."""

from datetime import UTC, datetime
from hashlib import sha256

import httpx2
import orjson
from standardwebhooks.webhooks import Webhook

from domain.channels.adapters.contract import Delivery
from domain.intake.models import InboundMessage
from domain.intake.replay import replay_messages
from domain.orders.models import Order
from domain.shared.database import execute
from tests.factories import NOW, TESTER
from tests.integration.intake.conftest import Shop, deliver, make_shop, outcomes, work_all_off
from tests.promises import broken_promises
from tests.recorded.generic import RECORDED, SECRET

SETTINGS = {
    "columns": {
        "external_id": "Auftrag",
        "placed_at": "Datum",
        "lines.sku": "Artikel",
        "lines.qty": "Menge",
        "lines.unit_price": "Preis",
    },
    "csv": {"constants": {"ship_to.country": "DE"}, "decimalComma": True},
    "skuMap": {"Becher": "MUG-1"},
}
FILE = """Auftrag;Datum;Artikel;Menge;Preis
A-1;2026-11-20;Becher;2;12,50
A-1;2026-11-20;TEA-2;1;8,90
A-2;2026-11-20;TEA-2;viele;8,90
A-3;2026-11-20;Schale;1;4,00
A-4;2026-11-20;TEA-2;3;8,90
"""


async def csv_shop(**settings: object) -> Shop:
    shop = await make_shop(RECORDED)
    await set_settings(shop, SETTINGS | settings)
    return shop


async def set_settings(shop: Shop, settings: object) -> None:
    await execute(
        "UPDATE channels SET settings = $2::jsonb WHERE id = $1",
        shop.channel.id,
        orjson.dumps(settings).decode(),
    )


def file(text: str = FILE, delivery_id: str = "file-1") -> Delivery:
    now, body = datetime.now(UTC), text.encode()
    headers = {
        "content-type": "text/csv; charset=utf-8",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(delivery_id, now, text),
    }
    return Delivery(headers=headers, query={}, body=body)


async def failed() -> list[tuple[str | None, str | None, str | None]]:
    rows = await InboundMessage.filter(outcome="FAILED").order_by("id")
    return [(row.delivery_id, row.code, row.field) for row in rows]


async def test_each_order_of_a_file_is_placed_once_and_bad_rows_are_kept(http: httpx2.AsyncClient) -> None:
    shop = await csv_shop()
    for _ in range(3):
        assert (await deliver(http, shop, file())).status_code == 200
    await work_all_off()

    placed = await Order.filter(channel_id=shop.channel.id).order_by("external_reference")
    assert [(order.external_reference, order.units) for order in placed] == [("A-1", 3), ("A-4", 3)]
    assert await failed() == [
        ("file-1:4", "UNREADABLE", "row 4, column Menge"),
        ("file-1:5", "UNKNOWN_SKU", "lines[0].sku"),
    ]
    assert {row.times_received for row in await InboundMessage.all()} == {3}
    assert await broken_promises() == {}


async def test_a_map_is_mended_and_the_rows_are_replayed(http: httpx2.AsyncClient) -> None:
    shop = await csv_shop(csv={"constants": {"ship_to.country": "DE"}})
    await deliver(http, shop, file())
    await work_all_off()
    assert [field for _, _, field in await failed()] == [
        "row 2, column Preis",
        "row 4, column Menge",
        "row 5, column Preis",
        "row 6, column Preis",
    ]
    await set_settings(shop, SETTINGS | {"skuMap": {"Becher": "MUG-1", "Schale": "TEA-2"}})
    await replay_messages([row.id for row in await InboundMessage.all()], by=TESTER, now=NOW)
    await work_all_off()
    assert await outcomes(shop.channel.id) == ["PLACED", "FAILED", "PLACED", "PLACED"]


async def test_a_file_with_other_columns_is_refused_and_kept(http: httpx2.AsyncClient) -> None:
    shop = await csv_shop(columns={})
    assert (await deliver(http, shop, file())).status_code == 400
    [message] = await InboundMessage.all()
    assert (message.outcome, message.sha256) == ("FAILED", sha256(FILE.encode()).digest())
    assert "Columns are missing: external_id" in (message.detail or "")
