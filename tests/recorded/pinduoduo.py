"""What Pinduoduo answers: pages of changed orders. Amounts in yuan, as JSON numbers or as text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.channels.adapters.contract import Cursor, Facts, HttpAnswer, WindowBy
from domain.channels.adapters.pinduoduo import PINDUODUO
from tests.recorded.shape import Recorded

CREDENTIALS = {
    "client_id": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    "client_secret": "0f9e8d7c6b5a49382716f5e4d3c2b1a0deadbeef",
    "access_token": "pdd-token-1",
}
FACTS = Facts(channel="pinduoduo", currency="CNY", timezone="Asia/Shanghai")


def beijing(minute: int) -> str:
    """So many minutes after 16:00 in Beijing, 08:00Z."""
    return f"2026-11-20 {16 + minute // 60:02}:{minute % 60:02}:00"


def item(**changes: Any) -> dict[str, Any]:
    return {
        "goods_id": 512_345_678_901,
        "goods_name": "手工陶瓷马克杯 350ml 家用咖啡杯",
        "goods_spec": "青瓷,350ml",
        "goods_price": 49.9,
        "goods_count": 2,
        "goods_img": "https://example.com/mug.jpeg",
        "outer_goods_id": "MUG",
        "outer_id": "MUG-1",
        "sku_id": 1_087_654_321_098,
        **changes,
    }


def order(reference: str = "R-1", minute: int = 0, **changes: Any) -> dict[str, Any]:
    """Two mugs at 49.90; 5 off by the platform, 10 by the shop, 8 for postage."""
    return {
        "order_sn": reference,
        "order_status": 1,
        "confirm_status": 1,
        "group_status": 1,
        "refund_status": 1,
        "after_sales_status": 0,
        "risk_control_status": 0,
        "is_lucky_flag": 1,
        "trade_type": 0,
        "step_order_info": None,
        "created_time": "2026-11-20 15:58:30",
        "pay_time": "2026-11-20 15:59:10",
        "confirm_time": "2026-11-20 16:00:00",
        "updated_at": beijing(minute),
        "last_ship_time": "2026-11-22 16:00:00",
        "goods_amount": 99.8,
        "discount_amount": 15,
        "platform_discount": 5,
        "seller_discount": 10,
        "capital_free_discount": 0,
        "postage": 8,
        "pay_amount": 92.8,
        "pay_type": "WEIXIN",
        "country": "中国",
        "country_id": 1,
        "province": "浙江省",
        "city": "杭州市",
        "town": "西湖区",
        "receiver_name": "~AgAAAAGX3oIHwCUhTgBd~lin~0~~",
        "receiver_name_mask": "林*",
        "receiver_phone": "$AgAAAAGX3oIHwCUhTg$13800$0$$",
        "receiver_phone_mask": "1380013****",
        "receiver_address": "~AgAAAAGX3oIHwCUhTgBe~addr~0~~",
        "receiver_address_mask": "曙光路****",
        "item_list": [item()],
        "order_depot_info": {
            "depot_id": "",
            "ware_type": 0,
            "ware_sn": "MUG-1",
            "ware_sub_info_list": [],
        },
        "buyer_memo": "请用气泡膜包好",
        "remark": "",
        **changes,
    }


BUNDLE = {
    "depot_id": "7",
    "ware_id": "90011",
    "ware_sn": "GIFT-BOX",
    "ware_name": "茶具礼盒",
    "ware_type": 1,
    "ware_sub_info_list": [
        {"ware_id": 90_001, "ware_sn": "MUG-1", "ware_name": "马克杯", "ware_quantity": 2},
        {"ware_id": 90_002, "ware_sn": "TEA-2", "ware_name": "龙井 50g", "ware_quantity": 1},
    ],
}


def answer(body: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(
        status=200, headers={"content-type": "application/json;charset=UTF-8"}, body=orjson.dumps(body)
    )


def listed(*orders: dict[str, Any], total: int) -> HttpAnswer:
    found = {"total_count": total, "order_sn_list": list(orders), "request_id": "17636256000001"}
    return answer({"order_sn_increment_get_response": found})


def refused(code: int, text: str) -> HttpAnswer:
    refusal = {"error_code": code, "error_msg": text, "sub_code": str(code), "sub_msg": text}
    return answer({"error_response": {**refusal, "request_id": "17636256000001"}})


def cursor(page: str | None, by: WindowBy = WindowBy.UPDATED) -> Cursor:
    since = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Cursor(since=since, until=since + timedelta(minutes=30), by=by, page=page)


RECORDED = Recorded(
    adapter=PINDUODUO,
    facts=FACTS,
    credentials=CREDENTIALS,
    pages=(
        (cursor(None), listed(order("R-3"), total=202)),
        (cursor("3"), listed(order("R-1"), total=202)),
        (cursor("2"), listed(order("R-2", order_depot_info=BUNDLE), total=202)),
        (cursor("1"), listed(order("R-3"), total=202)),
    ),
)
