"""How each platform takes what it is told about stock, what a request says, and what it answers; and how it says what it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from domain.channels.adapters.contract import HttpAnswer
from tests.partner import Received, json_answer

Said = dict[str, int]  # quantities by the platform's own id
TOKEN = {"access_token": "a-token", "expires_in": 7_200}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """`ids` are a listing's external ids by the number of its SKU; `key` is the one that requests name."""

    key: str
    ids: Callable[[int], Mapping[str, str]]
    take: Callable[[Received], tuple[Said, HttpAnswer]]
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


def token_answer() -> HttpAnswer:
    """An access token, as any of the platforms that give one would answer."""
    return json_answer({"code": 10_000, "errcode": 0, "data": TOKEN, **TOKEN})


def form(request: Received) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode()))


def amazon(request: Received) -> tuple[Said, HttpAnswer]:
    sku = request.path.rpartition("/")[2]
    [patch] = request.json["patches"]
    assert (request.method, patch["op"]) == ("PATCH", "merge")
    said = {sku: patch["value"][0]["quantity"]}
    return said, json_answer({"sku": sku, "status": "ACCEPTED", "submissionId": "s-1", "issues": []})


def douyin(request: Received) -> tuple[Said, HttpAnswer]:
    items = request.json["items"]
    results = [{"sku_id": each["sku_id"], "uniq_id": each["uniq_id"], "status_code": 0} for each in items]
    said = {str(each["sku_id"]): each["stock_num"] for each in items}
    return said, json_answer({"code": 10_000, "msg": "success", "data": {"results": results}})


def ebay(request: Received) -> tuple[Said, HttpAnswer]:
    told = {each["sku"]: each["shipToLocationAvailability"]["quantity"] for each in request.json["requests"]}
    return told, json_answer({"responses": [{"statusCode": 200, "sku": sku} for sku in told]})


def generic(request: Received) -> tuple[Said, HttpAnswer]:
    listings = request.json["data"]["listings"]
    answer = {"listings": [{"id": each["id"], "quantity": each["quantity"]} for each in listings]}
    return {each["sku"]: each["quantity"] for each in listings}, json_answer(answer)


def jd(request: Received) -> tuple[Said, HttpAnswer]:
    stocks = orjson.loads(form(request)["360buy_param_json"])["req"]["skuStocks"]
    results = [{"data": each["skuId"], "success": True} for each in stocks]
    returned = {"success": True, "obj": {"updateStockResult": results}}
    said = {str(each["skuId"]): each["stockNum"] for each in stocks}
    return said, json_answer({"jingdong_ware_stock_sku_set_responce": {"returnType": returned}})


def pinduoduo(request: Received) -> tuple[Said, HttpAnswer]:
    told = form(request)
    said = {told["sku_id"]: int(told["quantity"])}
    return said, json_answer({"goods_quantity_update_response": {"is_success": True}})


def shopify(request: Received) -> tuple[Said, HttpAnswer]:
    quantities = request.json["variables"]["input"]["quantities"]
    said = {each["inventoryItemId"].rpartition("/")[2]: each["quantity"] for each in quantities}
    return said, json_answer({"data": {"inventorySetQuantities": {"userErrors": []}}})


def square(request: Received) -> tuple[Said, HttpAnswer]:
    counts = [change["physical_count"] for change in request.json["changes"]]
    said = {each["catalog_object_id"]: int(each["quantity"]) for each in counts}
    return said, json_answer({"counts": [{**each, "state": "IN_STOCK"} for each in counts]})


def taobao(request: Received) -> tuple[Said, HttpAnswer]:
    pairs = [part.split(":") for part in form(request)["skuid_quantities"].split(";")]
    skus = [{"sku_id": int(sku), "quantity": int(quantity)} for sku, quantity in pairs]
    said = {sku: int(quantity) for sku, quantity in pairs}
    return said, json_answer({"skus_quantity_update_response": {"item": {"skus": {"sku": skus}}}})


def wechat_shop(request: Received) -> tuple[Said, HttpAnswer]:
    told = request.json
    assert told["diff_type"] == 3
    return {told["sku_id"]: told["num"]}, json_answer({"errcode": 0, "errmsg": "ok"})


def woocommerce(request: Received) -> tuple[Said, HttpAnswer]:
    update = request.json["update"]
    said = {str(each["id"]): each["stock_quantity"] for each in update}
    return said, json_answer({"update": update})


def _of_item(name: str, item: str) -> Callable[[int], Mapping[str, str]]:
    return lambda number: {item: "70", name: f"{7_000 + number}"}


TAKING: Mapping[str, Taking] = {
    "amazon": Taking(
        key="seller_sku",
        ids=lambda number: {"seller_sku": f"A-{number}", "marketplace_id": "ATVPDKIKX0DER"},
        take=amazon,
        settings={"sellerId": "S1"},
    ),
    "douyin": Taking(key="sku_id", ids=_of_item("sku_id", "product_id"), take=douyin),
    "ebay": Taking(key="sku", ids=lambda number: {"sku": f"E-{number}"}, take=ebay),
    "generic": Taking(key="offer", ids=lambda number: {"offer": f"S-{number}"}, take=generic),
    "jd": Taking(key="skuId", ids=lambda number: {"skuId": f"{7_000 + number}"}, take=jd),
    "pinduoduo": Taking(key="sku_id", ids=_of_item("sku_id", "goods_id"), take=pinduoduo),
    "shopify": Taking(
        key="inventory_item_id", ids=_of_item("inventory_item_id", "location_id"), take=shopify
    ),
    "square": Taking(key="catalog_object_id", ids=_of_item("catalog_object_id", "location_id"), take=square),
    "taobao": Taking(key="sku_id", ids=_of_item("sku_id", "num_iid"), take=taobao),
    "wechat-shop": Taking(key="sku_id", ids=_of_item("sku_id", "product_id"), take=wechat_shop),
    "woocommerce": Taking(
        key="product_id", ids=lambda number: {"product_id": f"{7_000 + number}"}, take=woocommerce
    ),
}


# What a platform that can be asked answers of these listings; it does not know those that are not among what it has.
HOLDING: Mapping[str, Callable[[Said], object]] = {
    "amazon": lambda held: {
        "sku": "A-1",
        "fulfillmentAvailability": [
            {"fulfillmentChannelCode": "DEFAULT", "quantity": units} for units in held.values()
        ],
    },
    "douyin": lambda held: {
        "code": 10_000,
        "data": next(({"stock_num": units} for units in held.values()), None),
    },
    "ebay": lambda held: {
        "responses": [
            {
                "statusCode": 200,
                "sku": sku,
                "inventoryItem": {"availability": {"shipToLocationAvailability": {"quantity": units}}},
            }
            for sku, units in held.items()
        ]
    },
    "jd": lambda held: {
        "jingdong_stock_read_findSkuStock_responce": {
            "skuStocks": [{"stockNum": units} for units in held.values()] or None
        }
    },
    "shopify": lambda held: {
        "data": {
            "nodes": [
                None,
                *(
                    {
                        "id": f"gid://shopify/InventoryItem/{item}",
                        "inventoryLevel": {"quantities": [{"name": "available", "quantity": units}]},
                    }
                    for item, units in held.items()
                ),
            ]
        }
    },
    "square": lambda held: {
        "counts": [
            {"catalog_object_id": each, "state": "IN_STOCK", "quantity": str(units)}
            for each, units in held.items()
        ]
    },
    "taobao": lambda held: {
        "item_skus_get_response": {
            "skus": {"sku": [{"sku_id": int(sku), "quantity": units} for sku, units in held.items()]}
        }
    },
    "wechat-shop": lambda held: {
        "errcode": 0,
        "data": {
            "spu_stock_list": [
                {
                    "product_id": "70",
                    "sku_stock": [{"sku_id": sku, "normal_stock_num": units} for sku, units in held.items()],
                }
            ]
        },
    },
    "woocommerce": lambda held: [{"id": int(each), "stock_quantity": units} for each, units in held.items()],
}
