"""What JD answers: pages of changed orders. Amounts in yuan, as text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.channels.adapters.contract import Cursor, Facts, HttpAnswer, WindowBy
from domain.channels.adapters.jd import JD
from tests.recorded.shape import Recorded

CREDENTIALS = {
    "app_key": "3C9F0A7E5B1D4826A0C4E8F213579BDF",
    "app_secret": "b7a6958473625140fedcba9876543210",
    "access_token": "jd-token-1",
}
FACTS = Facts(channel="jd", currency="CNY", timezone="Asia/Shanghai")


def beijing(minute: int) -> str:
    """So many minutes after 16:00 in Beijing, 08:00Z."""
    return f"2026-11-20 {16 + minute // 60:02}:{minute % 60:02}:00"


def item(**changes: Any) -> dict[str, Any]:
    return {
        "skuId": "10054887745652",
        "outerSkuId": "MUG-1",
        "skuName": "青山 手工陶瓷马克杯 350ml 青瓷",
        "jdPrice": "49.90",
        "itemTotal": "2",
        "wareId": "10020665903516",
        "productNo": "MUG",
        "giftPoint": "0",
        "newStoreId": "0",
        **changes,
    }


def tea(**changes: Any) -> dict[str, Any]:
    return item(
        **{
            "skuId": "10054887745653",
            "outerSkuId": "TEA-2",
            "skuName": "青山 明前龙井 50g",
            "jdPrice": "39.80",
            "itemTotal": "1",
            "productNo": "TEA",
            **changes,
        }
    )


def coupon(named: str, price: str, sku_id: str = "") -> dict[str, str]:
    return {"orderId": "R-1", "skuId": sku_id, "couponType": named, "couponPrice": price}


COUPONS = [
    coupon("30-单品促销优惠", "4.00", "10054887745652"),
    coupon("100-店铺优惠", "6.00"),
    coupon("41-京东券优惠", "5.00"),
    coupon("39-京豆优惠", "2.60"),
    coupon("52-礼品卡优惠", "20.00"),
]


def order(reference: str = "R-1", minute: int = 0, **changes: Any) -> dict[str, Any]:
    """Of 139.60 the shop takes 10 off and JD 7.60; with 8 for freight, 20 of 130 are paid by gift card."""
    return {
        "orderId": reference,
        "parentOrderId": "0",
        "venderId": "10622317",
        "orderType": "22",
        "payType": "4-在线支付",
        "orderState": "WAIT_SELLER_STOCK_OUT",
        "orderStateRemark": "等待出库",
        "orderTotalPrice": "139.60",
        "sellerDiscount": "10.00",
        "orderSellerPrice": "129.60",
        "freightPrice": "8.00",
        "orderPayment": "110.00",
        "balanceUsed": "0.00",
        "couponDetailList": COUPONS,
        "itemInfoList": [item(), tea()],
        "consigneeInfo": {
            "fullname": "AAS/ZFJFpmfveSmeZ0P9i+iPiAVtOMmowMRtStdbSOA32r6wKNWTMeyV2CU1umLIhl0=",
            "mobile": "138****4021",
            "telephone": "138****4021",
            "fullAddress": "浙江杭州市西湖区北山街道曙光路7号",
            "province": "浙江",
            "city": "杭州市",
            "county": "西湖区",
            "town": "北山街道",
        },
        "orderRemark": "请用气泡膜包好",
        "orderStartTime": "2026-11-20 15:58:30",
        "paymentConfirmTime": "2026-11-20 15:59:10",
        "modified": beijing(minute),
        "pin": "jd_ituyy715jh7p",
        "waybill": "",
        **changes,
    }


def answer(body: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(
        status=200, headers={"content-type": "application/json;charset=utf-8"}, body=orjson.dumps(body)
    )


def listed(*orders: dict[str, Any], total: int) -> HttpAnswer:
    succeeded = {"success": True, "numberCode": 0, "chineseErrCode": "成功", "englishErrCode": "success"}
    found = {"apiResult": succeeded, "orderTotal": total, "orderInfoList": list(orders)}
    return answer({"jingdong_pop_order_search_responce": {"code": "0", "searchorderinfo_result": found}})


def refused(code: str, text: str) -> HttpAnswer:
    return answer({"error_response": {"code": code, "zh_desc": text, "en_desc": "refused"}})


def cursor(page: str | None, by: WindowBy = WindowBy.UPDATED) -> Cursor:
    since = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Cursor(since=since, until=since + timedelta(hours=1), by=by, page=page)


RECORDED = Recorded(
    adapter=JD,
    facts=FACTS,
    credentials=CREDENTIALS,
    pages=(
        (cursor(None), listed(order("R-2"), total=101)),
        (cursor("2"), listed(order("R-1"), total=101)),
        (cursor("1"), listed(order("R-2"), total=101)),
    ),
)
