"""What Douyin shop sends: pushed messages, pages of /order/searchList, answers of its calls. Amounts in fen."""

from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import orjson

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.douyin import DOUYIN
from tests.recorded.shape import Recorded

CREDENTIALS = {
    "app_key": "7012345678901234567",
    "app_secret": "3f8a0c52-1d7e-4b60-9a3e-5c2b7f1e8d44",
    "shop_id": "4463798",
}
FACTS = Facts(channel="douyin", currency="CNY", timezone="Asia/Shanghai")
START = int(datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp())


def pushed(tag: str, msg_id: str, data: dict[str, Any]) -> dict[str, str]:
    return {"tag": tag, "msg_id": msg_id, "data": orjson.dumps(data).decode()}


def paid(reference: str, minute: int) -> bytes:
    data = {
        "biz": 2,
        "order_status": 2,
        "order_type": 0,
        "p_id": reference,
        "pay_amount": 13_460,
        "pay_time": START + 60 * minute,
        "pay_type": 1,
        "s_ids": [reference],
        "shop_id": 4_463_798,
    }
    return orjson.dumps([pushed("101", f"paid-{reference}-{minute}", data)])


def cancelled(reference: str, minute: int) -> bytes:
    data = {
        "biz": 2,
        "cancel_reason": "不想要了",
        "cancel_time": START + 60 * minute,
        "order_status": 4,
        "order_type": 0,
        "p_id": reference,
        "s_ids": [reference],
        "shop_id": 4_463_798,
    }
    return orjson.dumps([pushed("106", f"cancelled-{reference}-{minute}", data)])


def sign(body: bytes, delivery_id: str) -> Delivery:
    """Its `msg_id` is in the body, so `delivery_id` has no place of its own."""
    whole = CREDENTIALS["app_key"].encode() + body + CREDENTIALS["app_secret"].encode()
    headers = {
        "app-id": CREDENTIALS["app_key"],
        "event-sign": md5(whole).hexdigest(),
        "content-type": "application/json",
    }
    return Delivery(headers=headers, query={}, body=body)


def part(**changes: Any) -> dict[str, Any]:
    """A sub-order: two mugs at 49.90, of which 10 are the shop's coupon and 5 the platform's."""
    return {
        "order_id": "6930001234567890123",
        "parent_order_id": "6930001234567890123",
        "order_level": 3,
        "main_status": 2,
        "main_status_desc": "备货中",
        "order_status": 2,
        "product_id": 3_473_196_049_974_326_153,
        "product_name": "手工陶瓷马克杯 350ml",
        "spec": [{"name": "颜色", "value": "青瓷"}],
        "sku_id": 1_751_540_901_742_600,
        "out_sku_id": "0",
        "code": "MUG-1",
        "origin_amount": 4_990,
        "item_num": 2,
        "sum_amount": 9_980,
        "order_amount": 9_980,
        "pay_amount": 8_480,
        "post_amount": 0,
        "modify_amount": 0,
        "promotion_amount": 1_500,
        "promotion_shop_amount": 1_000,
        "promotion_platform_amount": 500,
        "promotion_talent_amount": 0,
        "shop_cost_amount": 1_000,
        "platform_cost_amount": 500,
        "only_platform_cost_amount": 500,
        "author_cost_amount": 0,
        "given_product_type": "",
        "after_sale_info": {"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0},
        **changes,
    }


def tea(**changes: Any) -> dict[str, Any]:
    """The other sub-order: a tin of tea at 39.80, without a discount."""
    return part(
        **{
            "order_id": "6930001234567890124",
            "product_name": "明前龙井 50g",
            "sku_id": 1_751_540_901_742_618,
            "code": "TEA-2",
            "origin_amount": 3_980,
            "item_num": 1,
            "sum_amount": 3_980,
            "order_amount": 3_980,
            "pay_amount": 3_980,
            "promotion_amount": 0,
            "promotion_shop_amount": 0,
            "promotion_platform_amount": 0,
            "shop_cost_amount": 0,
            "platform_cost_amount": 0,
            "only_platform_cost_amount": 0,
            **changes,
        }
    )


def order(reference: str = "R-1", minute: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "shop_id": 4_463_798,
        "shop_name": "青山茶器旗舰店",
        "order_id": reference,
        "order_level": 2,
        "biz": 2,
        "biz_desc": "小店",
        "order_type": 0,
        "order_status": 2,
        "order_status_desc": "备货中",
        "main_status": 2,
        "main_status_desc": "备货中",
        "create_time": START - 90,
        "pay_time": START,
        "update_time": START + 60 * minute,
        "exp_ship_time": START + 172_800,
        "cancel_reason": "",
        "buyer_words": "请用气泡膜包好",
        "doudian_open_id": "1@#aQ9sVqf1q0m5m3J7",
        "pay_type": 1,
        "order_amount": 14_960,
        "pay_amount": 13_460,
        "post_amount": 1_000,
        "post_insurance_amount": 0,
        "modify_amount": 0,
        "modify_post_amount": 0,
        "promotion_amount": 1_500,
        "promotion_shop_amount": 1_000,
        "promotion_platform_amount": 500,
        "promotion_talent_amount": 0,
        "promotion_pay_amount": 300,
        "shop_cost_amount": 1_000,
        "platform_cost_amount": 500,
        "only_platform_cost_amount": 500,
        "author_cost_amount": 0,
        "tax_amount": 0,
        "encrypt_post_tel": "$$Kq0dO3S6/9vQ$",
        "encrypt_post_receiver": "##qIOpbLPevlQw#",
        "mask_post_receiver": "林*",
        "mask_post_tel": "138****4021",
        "mask_post_addr": {
            "province": {"name": "浙江省", "id": "330000"},
            "city": {"name": "杭州市", "id": "330100"},
            "town": {"name": "西湖区", "id": "330106"},
            "street": {"name": "北山街道", "id": "330106009"},
            "detail": "曙光路****",
        },
        "sku_order_list": [part(), tea()],
        **changes,
    }


def answer(data: Any, *, code: int = 10_000, **more: Any) -> HttpAnswer:
    body = {"code": code, "msg": "success", "sub_code": "", "sub_msg": "", "data": data, "log_id": "20261120"}
    return HttpAnswer(
        status=200, headers={"content-type": "application/json"}, body=orjson.dumps({**body, **more})
    )


def listed(*orders: dict[str, Any], total: int, page: int) -> HttpAnswer:
    return answer({"page": page, "total": total, "size": 100, "shop_order_list": list(orders)})


def cursor(page: str | None) -> Cursor:
    since = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Cursor(since=since, until=since + timedelta(hours=1), page=page)


RECORDED = Recorded(
    adapter=DOUYIN,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=paid,
    cancel_body=cancelled,
    sign=sign,
    pages=(
        (cursor(None), listed(order("R-1"), total=102, page=0)),
        (cursor("1"), listed(order("R-2"), order("R-3"), total=102, page=1)),
        (cursor("0"), listed(order("R-1"), total=102, page=0)),
    ),
)
