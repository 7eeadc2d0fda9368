"""The board over the wire, fed by a relay at work."""

from tests.e2e.client import Client
from tests.e2e.house import House, eventually
from tests.e2e.trade import open_shop, place, sourced

BOARD = """{ board {
    channels { channel { code } backlog { orders } today { placed sourced } }
    stages { stage channels { count channel { code } } } } }"""


async def test_an_order_is_on_the_board_a_moment_later(house: House, admin: Client) -> None:
    shop = await open_shop(admin, [9])
    order = (await place(admin, shop.order()))["order"]["id"]
    await sourced(admin, order)

    async def is_counted() -> bool:
        channels = (await admin.ask(BOARD))["channels"]
        mine = [each for each in channels if each["channel"]["code"] == shop.channel]
        return mine == [
            {
                "channel": {"code": shop.channel},
                "backlog": {"orders": 1},
                "today": {"placed": 1, "sourced": 1},
            }
        ]

    await eventually(is_counted)
    stages = (await admin.ask(BOARD))["stages"]
    standing = {
        each["stage"]: one["count"]
        for each in stages
        for one in each["channels"]
        if one["channel"]["code"] == shop.channel
    }
    assert standing == {"TO_PICK": 1}
