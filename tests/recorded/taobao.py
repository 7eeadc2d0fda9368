"""What Taobao and Tmall answer: pages of changed trades, trades in full. Amounts in yuan, as text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.channels.adapters.contract import Cursor, Facts, HttpAnswer, WindowBy
from domain.channels.adapters.taobao import TAOBAO
from tests.recorded.shape import Recorded

CREDENTIALS = {
    "app_key": "31245678",
    "app_secret": "5f0c9d8e7b6a4f3e2d1c0b9a8f7e6d5c",
    "session": "61008123abcdef",
}
FACTS = Facts(
    channel="tmall",
    currency="CNY",
    timezone="Asia/Shanghai",
    settings={"platformPromotions": ["Tmall$tmallShopProm", "kdmj-"]},
)


def beijing(minute: int) -> str:
    """So many minutes after 16:00 in Beijing, 08:00Z."""
    return f"2026-11-20 {16 + minute // 60:02}:{minute % 60:02}:00"


def sub_order(**changes: Any) -> dict[str, Any]:
    """Two mugs at 49.90: 5 off the mugs, 6.25 as their part of what is off the trade."""
    return {
        "oid": 2_897_498_932_102_146_871,
        "status": "WAIT_SELLER_SEND_GOODS",
        "refund_status": "NO_REFUND",
        "num_iid": 598_497_390_355,
        "sku_id": "4631234567890",
        "outer_iid": "MUG",
        "outer_sku_id": "MUG-1",
        "title": "手工陶瓷马克杯 350ml",
        "sku_properties_name": "颜色分类:青瓷",
        "num": 2,
        "price": "49.90",
        "discount_fee": "5.00",
        "adjust_fee": "0.00",
        "total_fee": "94.80",
        "payment": "94.80",
        "part_mjz_discount": "6.25",
        "divide_order_fee": "88.55",
        **changes,
    }


def tea(**changes: Any) -> dict[str, Any]:
    return sub_order(
        **{
            "oid": 2_897_498_932_102_146_872,
            "sku_id": "4631234567891",
            "outer_iid": "TEA",
            "outer_sku_id": "TEA-2",
            "title": "明前龙井 50g",
            "num": 1,
            "price": "39.80",
            "discount_fee": "0.00",
            "total_fee": "39.80",
            "payment": "39.80",
            "part_mjz_discount": "2.55",
            "divide_order_fee": "37.25",
            **changes,
        }
    )


def trade(reference: str = "R-1", minute: int = 0, *, orders: Any = None, **changes: Any) -> dict[str, Any]:
    """Of the 8.80 off the trade the platform bears 3.80; 10 for postage."""
    return {
        "tid": reference,
        "type": "fixed",
        "status": "WAIT_SELLER_SEND_GOODS",
        "created": "2026-11-20 15:58:30",
        "pay_time": "2026-11-20 15:59:10",
        "modified": beijing(minute),
        "payment": "135.80",
        "total_fee": "139.60",
        "discount_fee": "8.80",
        "adjust_fee": "0.00",
        "post_fee": "10.00",
        "promotion_details": {
            "promotion_detail": [
                {
                    "id": 1,
                    "promotion_id": "Tmall$tmallShopProm-7_1",
                    "discount_fee": "3.80",
                    "promotion_name": "跨店满减",
                },
                {
                    "id": 1,
                    "promotion_id": "shopbonus-12_9",
                    "discount_fee": "5.00",
                    "promotion_name": "店铺优惠券",
                },
            ]
        },
        "buyer_open_uid": "AAHk5d-EAAeGwJedwSFu0Xyz",
        "receiver_name": "张**",
        "receiver_country": "",
        "receiver_state": "浙江省",
        "receiver_city": "杭州市",
        "receiver_district": "西湖区",
        "receiver_town": "北山街道",
        "receiver_address": "曙光路****",
        "receiver_zip": "310007",
        "receiver_mobile": "*******4021",
        "receiver_phone": "",
        "oaid": "1bZqf0",
        "orders": {"order": orders or [sub_order(), tea()]},
        **changes,
    }


def changed(reference: str, minute: int = 0, status: str = "WAIT_SELLER_SEND_GOODS") -> dict[str, Any]:
    return {"tid": reference, "status": status, "modified": beijing(minute)}


def answer(body: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(
        status=200, headers={"content-type": "text/javascript;charset=UTF-8"}, body=orjson.dumps(body)
    )


def listed(*trades: dict[str, Any], total: int) -> HttpAnswer:
    found: dict[str, Any] = {"total_results": total, "request_id": "16h9x1"}
    if trades:
        found["trades"] = {"trade": list(trades)}
    return answer({"trades_sold_increment_get_response": found})


def refused(code: int, sub_code: str = "", sub_msg: str = "", msg: str = "refused") -> HttpAnswer:
    refusal = {"code": code, "msg": msg, "sub_code": sub_code, "sub_msg": sub_msg, "request_id": "16h9x2"}
    return answer({"error_response": refusal})


def cursor(page: str | None, by: WindowBy = WindowBy.UPDATED) -> Cursor:
    since = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Cursor(since=since, until=since + timedelta(minutes=30), by=by, page=page)


RECORDED = Recorded(
    adapter=TAOBAO,
    facts=FACTS,
    credentials=CREDENTIALS,
    pages=(
        (cursor(None), listed(changed("R-3"), total=201)),
        (cursor("3"), listed(changed("R-1"), total=201)),
        (cursor("2"), listed(changed("R-2", 3, "WAIT_BUYER_PAY"), total=201)),
        (cursor("1"), listed(changed("R-3"), total=201)),
    ),
)
