"""The picture fits the terminal, and says what the figures say."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from cli.demo.display import line
from cli.demo.tally import ChannelFigures, Happening, Tally, WarehouseFigures
from cli.demo.view import ChannelScene, Scene, picture, sparkline


def shown(name: str, platform: str, *, listings: int = 5_100, unheard: int = 0) -> ChannelScene:
    return ChannelScene(
        name=name, kind="ONLINE_STORE", platform=platform, placed=12_345, repeated=321, listings=listings,
        unheard=unheard, told=98_765, lag_s=0.25,
    )  # fmt: skip


def busy() -> Scene:
    tally = Tally()
    for code in ("web-shop", "marketplace", "social-shop", "pos-west", "dealers-south"):
        tally.channels[code] = ChannelFigures(12_345, 11_111, 9_876, 5_432, 321, 54)
    for code in ("rno-sparks", "ont-inland-empire", "abe-lehigh-valley"):
        tally.warehouses[code] = WarehouseFigures(parcels=4_321, cost_minor=3_141_592, km=1_234_567.0)
        tally.warehouses[code].states.update(OPEN=12, PICKING=34, SHIPPED=4_275, REJECTED=43)
    told = Happening(datetime.now(UTC), "ORDER_SOURCED", "web-shop", "31198676055", "from rno-sparks")
    tally.lately.extend([told] * 8)
    return Scene(
        tally=tally,
        channel_names={"web-shop": "Web shop"},
        channels=(shown("Web shop", "Shopify", unheard=51), shown("Dealers", "EDI X12", listings=0)),
        stage="replaying real orders",
        sent=1_234,
        orders=10_000,
        elapsed_s=83.0,
        simulated=datetime(2017, 1, 3, 14, 20, tzinfo=UTC),
        speed=10_000.0,
        in_history=[1, 5, 9, 3],
        where=(("GraphQL", "http://127.0.0.1:8080/graphql"),),
    )


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_picture_fits(width: int) -> None:
    console = Console(record=True, width=width, height=50, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    with console.file:
        console.print(picture(busy(), width, 50))
    text = console.export_text()
    assert all(len(row.rstrip()) <= width for row in text.splitlines())
    assert "12,345" in text
    assert "abe-lehigh-valley" in text
    assert "31,416" in text
    assert "http://127.0.0.1:8080/graphql" in text
    assert "EDI X12" in text
    assert "99% of 5,100" in text
    assert "250 ms" in text


def test_a_scene_in_one_line() -> None:
    told = line(busy())
    assert "1,234/10,000 sent, 55,555 allocated" in told
    assert "5,049/5,100 listings confirmed" in told


def test_a_sparkline_is_as_high_as_its_values() -> None:
    assert sparkline([0, 4, 8]) == "▁▄█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
