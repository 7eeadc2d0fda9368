"""Interchanges over HTTP: archived, then answered with their acknowledgement, however often they come."""

import httpx2

from domain.intake.models import InboundMessage
from domain.orders.models import Order
from tests.integration.intake.conftest import deliver, make_shop, work_all_off
from tests.recorded.edi import RECORDED, sign, x12, x12_set


async def test_an_interchange_is_answered_with_its_997_each_time(http: httpx2.AsyncClient) -> None:
    shop = await make_shop(RECORDED)
    bad = x12_set("B-1", number=2).replace("PO1*1*2*EA", "PO1*1*two*EA")
    body = x12(x12_set("A-1"), bad, control=7)

    answers = [await deliver(http, shop, sign(body, f"delivery-{number}")) for number in range(3)]
    await work_all_off()

    assert {(each.status_code, each.headers["content-type"]) for each in answers} == {
        (200, "application/edi-x12")
    }
    [said] = {each.text for each in answers}
    assert "AK2*850*0001~AK5*A~AK2*850*0002~AK3*PO1*11**8~AK4*2**6~AK5*R*5~AK9*P*2*2*1~" in said
    assert [order.external_reference for order in await Order.all()] == ["A-1"]
    assert sorted(row.outcome for row in await InboundMessage.all()) == ["FAILED", "PLACED"]


async def test_what_is_no_whole_interchange_is_refused_in_words(http: httpx2.AsyncClient) -> None:
    shop = await make_shop(RECORDED)
    answer = await deliver(http, shop, sign(x12(x12_set("A-1"))[:-20], "d"))
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
