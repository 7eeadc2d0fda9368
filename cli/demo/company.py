"""The demo's company: nine warehouses at real logistics places, seven sales channels."""

from dataclasses import dataclass
from typing import Final, Literal

ChannelKind = Literal["ONLINE_STORE", "POS", "MARKETPLACE", "SOCIAL", "B2B"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWarehouse:
    code: str
    name: str
    city: str
    region: str  # the state's two letters
    postcode: str
    lat: float
    lon: float
    timezone: str
    cutoff_minute: int  # of the local day: orders sourced before it leave the same day
    daily_capacity: int  # shipments a day
    shipment_minor: int  # cost of one parcel, cents
    kg_minor: int  # cents a kilogram
    km_millis: int  # thousandths of a cent a kilometre
    priority: int = 0
    national: bool = False  # keeps the slow movers of its half of the country
    country_code: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoChannel:
    code: str
    name: str
    kind: ChannelKind
    timezone: str
    served: tuple[str, ...]  # codes of the warehouses it may sell from
    stock_share_bp: int = 10_000  # of what is available, how much it is shown
    stock_buffer: int = 0  # units kept back from it
    platform: str | None = None  # None: it places its orders itself, over GraphQL
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    name: str
    cost_currency: str
    warehouses: tuple[DemoWarehouse, ...]
    channels: tuple[DemoChannel, ...]


WEB: Final = "web-shop"
MARKETPLACE: Final = "marketplace"
SOCIAL: Final = "social-shop"
# Who sells over the counter, one channel a region of the country: shops, and in the South dealers.
COUNTER_OF_REGION: Final = {
    "WEST": "pos-west",
    "SOUTH": "dealers-south",
    "MIDWEST": "pos-midwest",
    "NORTHEAST": "pos-northeast",
}


def demo_company() -> Company:
    """The same company each time. Its name, costs and capacities are made up; its places are real.

    The live shop sells in China, from a warehouse there; all others in the USA.
    """
    return Company(
        name="Millrace Provisions", cost_currency="USD", warehouses=_warehouses(), channels=_channels()
    )


def _warehouses() -> tuple[DemoWarehouse, ...]:
    return (*_western(), *_southern(), *_northern(), *_overseas())


def _western() -> tuple[DemoWarehouse, ...]:
    return (
        DemoWarehouse(
            code="rno-sparks", name="Reno-Sparks", city="Sparks", region="NV", postcode="89434",
            lat=39.5349, lon=-119.7527, timezone="America/Los_Angeles", cutoff_minute=16 * 60,
            daily_capacity=420, shipment_minor=310, kg_minor=42, km_millis=190, national=True,
        ),
        DemoWarehouse(
            code="ont-inland-empire", name="Inland Empire", city="Ontario", region="CA", postcode="91761",
            lat=34.0633, lon=-117.6509, timezone="America/Los_Angeles", cutoff_minute=14 * 60,
            daily_capacity=340, shipment_minor=390, kg_minor=46, km_millis=210, priority=1,
        ),
        DemoWarehouse(
            code="dfw-alliance", name="Alliance", city="Fort Worth", region="TX", postcode="76177",
            lat=32.9876, lon=-97.3188, timezone="America/Chicago", cutoff_minute=15 * 60,
            daily_capacity=300, shipment_minor=340, kg_minor=40, km_millis=200, priority=1,
        ),
    )  # fmt: skip


def _southern() -> tuple[DemoWarehouse, ...]:
    return (
        DemoWarehouse(
            code="mem-airport", name="Memphis Airport", city="Memphis", region="TN", postcode="38118",
            lat=35.0424, lon=-89.9767, timezone="America/Chicago", cutoff_minute=20 * 60,
            daily_capacity=260, shipment_minor=360, kg_minor=41, km_millis=185,
        ),
        DemoWarehouse(
            code="atl-mcdonough", name="McDonough", city="McDonough", region="GA", postcode="30253",
            lat=33.4473, lon=-84.1469, timezone="America/New_York", cutoff_minute=15 * 60,
            daily_capacity=320, shipment_minor=345, kg_minor=40, km_millis=200, priority=1,
        ),
    )  # fmt: skip


def _northern() -> tuple[DemoWarehouse, ...]:
    return (
        DemoWarehouse(
            code="sdf-louisville", name="Louisville", city="Louisville", region="KY", postcode="40213",
            lat=38.1744, lon=-85.7360, timezone="America/Kentucky/Louisville", cutoff_minute=21 * 60,
            daily_capacity=620, shipment_minor=320, kg_minor=41, km_millis=185, national=True,
        ),
        DemoWarehouse(
            code="jot-joliet", name="Joliet", city="Joliet", region="IL", postcode="60433",
            lat=41.5250, lon=-88.0817, timezone="America/Chicago", cutoff_minute=15 * 60,
            daily_capacity=320, shipment_minor=350, kg_minor=43, km_millis=205, priority=1,
        ),
        DemoWarehouse(
            code="abe-lehigh-valley", name="Lehigh Valley", city="Breinigsville", region="PA",
            postcode="18031", lat=40.5437, lon=-75.6460, timezone="America/New_York",
            cutoff_minute=14 * 60, daily_capacity=420, shipment_minor=370, kg_minor=45, km_millis=215,
            priority=1,
        ),
    )  # fmt: skip


def _overseas() -> tuple[DemoWarehouse, ...]:
    return (
        DemoWarehouse(
            code="hgh-xiasha", name="Hangzhou Xiasha", city="Hangzhou", region="浙江省", postcode="310018",
            country_code="CN", lat=30.3070, lon=120.3480, timezone="Asia/Shanghai", cutoff_minute=18 * 60,
            daily_capacity=420, shipment_minor=95, kg_minor=18, km_millis=60, national=True,
        ),
    )  # fmt: skip


_AMERICAN = (
    "rno-sparks",
    "ont-inland-empire",
    "dfw-alliance",
    "mem-airport",
    "atl-mcdonough",
    "sdf-louisville",
    "jot-joliet",
    "abe-lehigh-valley",
)


def _channels() -> tuple[DemoChannel, ...]:
    eastern, central, pacific = "America/New_York", "America/Chicago", "America/Los_Angeles"
    return (
        DemoChannel(
            code=WEB, name="Web shop", kind="ONLINE_STORE", timezone=eastern, served=_AMERICAN,
            platform="shopify",
        ),
        DemoChannel(
            code=MARKETPLACE, name="Marketplace", kind="MARKETPLACE", timezone=pacific,
            served=tuple(code for code in _AMERICAN if code != "mem-airport"),
            stock_share_bp=8_000, stock_buffer=1, platform="generic",
        ),
        DemoChannel(
            code=SOCIAL, name="Live shop", kind="SOCIAL", timezone="Asia/Shanghai", served=("hgh-xiasha",),
            stock_share_bp=9_000, stock_buffer=1, platform="douyin", currency="CNY",
        ),
        DemoChannel(
            code="pos-west", name="Shops, West", kind="POS", timezone=pacific,
            served=("rno-sparks", "ont-inland-empire", "dfw-alliance", "sdf-louisville"), platform="square",
        ),
        DemoChannel(
            code="dealers-south", name="Dealers, South", kind="B2B", timezone=central,
            served=("dfw-alliance", "mem-airport", "atl-mcdonough", "sdf-louisville", "rno-sparks"),
            platform="edi",
        ),
        DemoChannel(
            code="pos-midwest", name="Shops, Midwest", kind="POS", timezone=central,
            served=("jot-joliet", "sdf-louisville", "mem-airport", "rno-sparks"),
        ),
        DemoChannel(
            code="pos-northeast", name="Shops, Northeast", kind="POS", timezone=eastern,
            served=("abe-lehigh-valley", "sdf-louisville", "rno-sparks"),
        ),
    )  # fmt: skip
