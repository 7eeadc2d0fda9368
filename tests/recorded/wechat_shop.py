"""What WeChat shop sends: encrypted events, pages of order numbers, orders. Amounts in fen."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from domain.channels.adapters.contract import Cursor, Delivery, Facts, HttpAnswer
from domain.channels.adapters.wechat_shop import WECHAT_SHOP
from tests.recorded.shape import Recorded

CREDENTIALS = {
    "app_id": "wx7c1f0a9d5e2b4836",
    "app_secret": "0c4f7a61e2d94b1f8a53c7d6e9b20f14",
    "token": "qingshan",
    "encoding_aes_key": "ForebayRecordedEncodingAesKey0123456789ABCD",
}
FACTS = Facts(channel="wechat", currency="CNY", timezone="Asia/Shanghai")
SHOP = "gh_5f2c7d1e9a40"
START = int(datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp())


def event(name: str, minute: int, **about: Any) -> dict[str, Any]:
    return {
        "ToUserName": SHOP,
        "FromUserName": "oX7Qh5Jm2kR8sT1vW4yZ6aB9cD0e",
        "CreateTime": START + 60 * minute,
        "MsgType": "event",
        "Event": name,
        **about,
    }


def encrypted(message: bytes, app_id: str = CREDENTIALS["app_id"]) -> bytes:
    """The envelope; random bytes that a recording keeps the same."""
    text = b"0123456789abcdef" + len(message).to_bytes(4) + message + app_id.encode()
    padding = 32 - len(text) % 32
    key = b64decode(CREDENTIALS["encoding_aes_key"] + "=")
    cipher = Cipher(AES(key), CBC(key[:16])).encryptor()
    ciphertext = cipher.update(text + bytes([padding]) * padding) + cipher.finalize()
    return orjson.dumps({"ToUserName": SHOP, "Encrypt": b64encode(ciphertext).decode()})


def paid(reference: str, minute: int) -> bytes:
    about = {"order_id": reference, "pay_time": START + 60 * minute}
    return encrypted(orjson.dumps(event("channels_ec_order_pay", minute, order_info=about)))


def cancelled(reference: str, minute: int, cancel_type: int = 1) -> bytes:
    about = {"order_id": reference, "cancel_type": cancel_type}
    return encrypted(orjson.dumps(event("channels_ec_order_cancel", minute, order_info=about)))


def sign(body: bytes, delivery_id: str) -> Delivery:
    """It has no id of a delivery; the nonce is another one each time."""
    try:
        secret = str(orjson.loads(body)["Encrypt"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        secret = ""
    query = {"timestamp": "1763625600", "nonce": delivery_id, "encrypt_type": "aes"}
    parts = sorted([CREDENTIALS["token"], query["timestamp"], query["nonce"], secret])
    query["msg_signature"] = sha1("".join(parts).encode()).hexdigest()
    return Delivery(headers={"content-type": "application/json"}, query=query, body=body)


def product(**changes: Any) -> dict[str, Any]:
    """Two mugs at 49.90, of which 10 are the shop's coupon and 5 the creator's."""
    return {
        "product_id": "10000017524246",
        "sku_id": "577952001",
        "out_product_id": "",
        "out_sku_id": "MUG-1",
        "sku_code": "6901234567892",
        "title": "手工陶瓷马克杯 350ml",
        "thumb_img": "https://example.com/mug.jpg",
        "sku_attrs": [{"attr_key": "颜色", "attr_value": "青瓷"}],
        "sku_cnt": 2,
        "sale_price": 4_990,
        "market_price": 5_990,
        "real_price": 8_480,
        "is_discounted": True,
        "estimate_price": 8_480,
        "merchant_discounted_price": 1_000,
        "finder_discounted_price": 500,
        "on_aftersale_sku_cnt": 0,
        "finish_aftersale_sku_cnt": 0,
        **changes,
    }


def tea(**changes: Any) -> dict[str, Any]:
    return product(
        **{
            "sku_id": "577952002",
            "out_sku_id": "TEA-2",
            "title": "明前龙井 50g",
            "sku_cnt": 1,
            "sale_price": 3_980,
            "real_price": 3_980,
            "estimate_price": 3_980,
            "merchant_discounted_price": 0,
            "finder_discounted_price": 0,
            **changes,
        }
    )


def price(**changes: Any) -> dict[str, Any]:
    return {
        "product_price": 13_960,
        "order_price": 13_460,
        "freight": 1_000,
        "discounted_price": 1_000,
        "is_discounted": True,
        "original_order_price": 14_960,
        "estimate_product_price": 12_460,
        "change_down_price": 0,
        "deduction_price": 0,
        "merchant_discounted_price": 1_000,
        "finder_discounted_price": 500,
        "merchant_receieve_price": 13_960,
        **changes,
    }


def order(
    reference: str = "R-1",
    minute: int = 0,
    *,
    products: Any = None,
    price_info: Any = None,
    parcels: Any = (),
    **changes: Any,
) -> dict[str, Any]:
    address = {
        "user_name": "陈*",
        "tel_number": "138****4021",
        "tel_number_ext_info": {"real_tel_number": "138****4021", "virtual_tel_number": "13412345678-0917"},
        "use_tel_number": 1,
        "postal_code": "310007",
        "province_name": "浙江省",
        "city_name": "杭州市",
        "county_name": "西湖区",
        "detail_info": "曙光路****",
        "house_number": "",
        "national_code": "330106",
        "hash_code": "a1f8c3",
    }
    return {
        "order_id": reference,
        "openid": "oX7Qh5Jm2kR8sT1vW4yZ6aB9cD0e",
        "unionid": "",
        "status": 20,
        "create_time": START - 90,
        "update_time": START + 60 * minute,
        "order_detail": {
            "product_infos": products or [product(), tea()],
            "pay_info": {"prepay_id": "42526234625", "transaction_id": "4200002345", "pay_time": START},
            "price_info": price_info or price(),
            "delivery_info": {
                "address_info": address,
                "deliver_method": 0,
                "delivery_product_info": list(parcels),
            },
        },
        "aftersale_detail": {"on_aftersale_order_cnt": 0, "aftersale_order_list": []},
        **changes,
    }


def answer(**body: Any) -> HttpAnswer:
    whole = {"errcode": 0, "errmsg": "ok", **body}
    return HttpAnswer(status=200, headers={"content-type": "application/json"}, body=orjson.dumps(whole))


def cursor(page: str | None) -> Cursor:
    since = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Cursor(since=since, until=since + timedelta(hours=1), page=page)


RECORDED = Recorded(
    adapter=WECHAT_SHOP,
    facts=FACTS,
    credentials=CREDENTIALS,
    order_body=paid,
    cancel_body=cancelled,
    sign=sign,
    pages=(
        (cursor(None), answer(order_id_list=["R-1", "R-2"], next_key="THE_NEXT_KEY", has_more=True)),
        (cursor("THE_NEXT_KEY"), answer(order_id_list=["R-3"], next_key="", has_more=False)),
    ),
)
