"""Instances from files: what is wrong is told with the field's path, and `forebay allocate` exits 2."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.allocating.fields import BadInstance
from cli.allocating.instance import parse_instance
from cli.commands.allocate import allocate


def instance() -> dict[str, Any]:
    return {
        "version": 1,
        "name": "two orders, two warehouses",
        "now_min": 840,
        "zone_km": [300, 1000.5],
        "zone_base": [500, 700, 900],
        "zone_kg": [30, 50, 90],
        "zone_days": [1, 2, 4],
        "km_millicent": 100,
        "penalty": {"0": 10_000, "2": 90_000},
        "warehouses": [
            {"lat": 51.3, "lon": 12.4, "fixed": 150, "cap": 5, "cutoff_min": 900},
            {"lat": 53.6, "lon": 10, "fixed": 250, "cap": 1, "cutoff_min": 600},
        ],
        "sku_weight_g": [400, 2500],
        "stock": [[0, 0, 5, 1], [1, 0, 1, 0], [1, 1, 9, 2], [0, 1, 1, 3]],
        "orders": [
            {"lat": 52.5, "lon": 13.4, "prio": 0, "policy": 2, "max_ship": 3, "promise_days": 5},
            {"lat": 48.1, "lon": 11.6, "prio": 2, "policy": 0, "max_ship": 1, "promise_days": 5},
        ],
        "lines": {"order": [1, 0, 1], "sku": [0, 1, 1], "qty": [2, 1, 1]},
    }


def test_a_good_instance_keeps_its_numbers() -> None:
    batch = parse_instance(instance())
    assert batch.stock.units.tolist() == [4, 1, 7, 0]
    assert batch.penalty_minor.tolist() == [10_000, 0, 90_000]
    assert batch.lines.order.tolist() == [1, 0, 1]


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        owner: Any = document
        for name in path[:-1]:
            owner = owner[name]
        owner[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        owner: Any = document
        for name in path[:-1]:
            owner = owner[name]
        del owner[path[-1]]

    return change


BAD: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (put("version", value=2), "version: 2 is not between 1 and 1"),
    (put("lines", "qty", 1, value=-3), "lines.qty[1]: -3 is not between 1 and"),
    (put("lines", "qty", 1, value=0), "lines.qty[1]: 0"),
    (put("lines", "qty", 1, value=1.5), "lines.qty[1]: a whole number was expected, not 1.5"),
    (put("lines", "qty", 1, value=True), "lines.qty[1]: a whole number was expected, not True"),
    (put("lines", "sku", 2, value=2), "lines.sku[2]: 2 is not between 0 and 1"),
    (put("lines", "order", 0, value=-1), "lines.order[0]: -1"),
    (put("lines", "qty", value=[1]), "lines.qty: 1 entries, but lines.order has 3"),
    (put("lines", "sku", value={}), "lines.sku: an array was expected, not an object"),
    (drop("lines", "sku"), "lines.sku: missing"),
    (drop("orders", 1, "lat"), "orders[1].lat: missing"),
    (put("orders", 1, "lat", value=None), "orders[1].lat: a number was expected, not null"),
    (put("orders", 1, "lat", value=91), "orders[1].lat: 91 is not between -90 and 90"),
    (put("orders", 1, value=7), "orders[1]: an object was expected, not 7"),
    (put("orders", 0, "policy", value=3), "orders[0].policy: 3"),
    (put("orders", 0, "max_ship", value=0), "orders[0].max_ship: 0"),
    (put("orders", 0, "prio", value=1), "orders[0].prio: priority 1 has no penalty"),
    (put("orders", 0, "prio", value="high"), "orders[0].prio: a whole number was expected, not 'high'"),
    (drop("warehouses", 0, "lon"), "warehouses[0].lon: missing"),
    (put("warehouses", 1, "cap", value=0), "warehouses[1].cap: 0 is not between 1 and"),
    (put("warehouses", value=[]), "warehouses: 0, where 1 to"),
    (put("stock", 2, value=[1, 1, 9]), "stock[2]: [sku, warehouse, on_hand, safety] was expected"),
    (put("stock", 2, 1, value=2), "stock[2][1]: 2 is not between 0 and 1"),
    (put("stock", 2, 2, value=-9), "stock[2][2]: -9"),
    (put("stock", 3, value=[1, 1, 1, 0]), "stock[3]: this SKU and warehouse stand there already"),
    (put("sku_weight_g", 0, value=-1), "sku_weight_g[0]: -1"),
    (put("zone_km", value=[500, 300]), "zone_km[1]: edges must rise"),
    (put("zone_days", value=[1]), "zone_days: 1 zones, but zone_km has 2 edges"),
    (put("penalty", "0", value=-1), "penalty.0: whole cents"),
    (put("penalty", "vip", value=1), "penalty.vip: no priority"),
    (put("penalty", value=5), "penalty: an object was expected"),
    (put("lines", "qty", 0, value=10**6), "lines.qty[0]: costs more than"),
    (put("lines", "qty", 0, value=10**30), "lines.qty[0]: "),
]


@pytest.mark.parametrize(("change", "told"), BAD, ids=[told for _, told in BAD])
def test_a_bad_instance_is_refused_with_its_field(
    change: Callable[[dict[str, Any]], None], told: str
) -> None:
    document = instance()
    change(document)
    with pytest.raises(BadInstance) as refused:
        parse_instance(document)
    assert str(refused.value).startswith(told)


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(allocate)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_command_plans_and_writes(tmp_path: Path) -> None:
    file, out = tmp_path / "instance.json", tmp_path / "plan.json"
    file.write_text(json.dumps(instance()), encoding="utf-8")
    status, said = run(str(file), "--out", str(out))
    assert status == 0
    assert "proven optimal" in said
    plan = json.loads(out.read_bytes())
    assert sorted(plan) == [[0, 0, 2], [1, 1, 1], [2, 0, 1]]


WRITTEN = json.dumps(instance())
FAR = '"lat": 52.5'


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (WRITTEN[: len(WRITTEN) // 2], "line 1, column 368: not JSON"),
        (WRITTEN + "}", "line 1, column 735: not JSON"),
        (WRITTEN.replace(FAR, '"lat": NaN'), "orders[0].lat: nan is not between -90 and 90"),
        (WRITTEN.replace(FAR, '"lat": -Infinity'), "orders[0].lat: -inf is not between -90 and 90"),
        (WRITTEN.replace(FAR, '"lat": 1e400'), "orders[0].lat: inf is not between -90 and 90"),
        (WRITTEN.replace('"name": "two', '"also": NaN, "name": "two'), "line 1, column 24: not JSON"),
        (WRITTEN.replace(FAR, '"lat": 1e308'), "orders[0].lat: 1e+308 is not between -90 and 90"),
        (WRITTEN.replace(FAR + ", ", ""), "orders[0].lat: missing"),
        (WRITTEN.replace("840", "9" * 30), "now_min: a whole number was expected, not 1e+30"),
        (WRITTEN.replace("[2, 1, 1]", "[2, -1, 1]"), "lines.qty[1]: -1 is not between 1 and 1,000,000"),
        (
            WRITTEN.replace("[2, 1, 1]", f"[2, {'9' * 30}, 1]"),
            "lines.qty[1]: a whole number was expected, not 1e+30",
        ),
        (
            WRITTEN.replace("[2, 1, 1]", "[" * 900 + "]" * 900),
            "lines.qty[0]: a whole number was expected, not an array",
        ),
        (WRITTEN.replace("[2, 1, 1]", "[" * 99_999 + "]" * 99_999), "line 1, column 1747: not JSON"),
        (WRITTEN.replace("[0, 1, 1]", "[0, 7, 1]"), "lines.sku[1]: 7 is not between 0 and 1"),
        (WRITTEN.replace('"cap": 5', '"cap": 0'), "warehouses[0].cap: 0 is not between 1 and 1,000,000,000"),
        (
            WRITTEN.replace("[0, 1, 1, 3]]", "[0, 1, 1, 3], [0, 0, 1, 0]]"),
            "stock[4]: this SKU and warehouse stand there already",
        ),
    ],
)
def test_a_bad_file_is_one_line_with_its_field_and_status_2(tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(written, encoding="utf-8")
    assert run(str(file)) == (2, f"forebay: bad.json: {told}\n")


@pytest.mark.parametrize("junk", [b"junk " * 2_000_000, b"[" * 10_000_000, b"", b"[1]", b'{"version": 1}'])
def test_junk_is_one_line_and_status_2(tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "junk.json"
    file.write_bytes(junk)
    status, said = run(str(file))
    assert status == 2
    assert len(said.splitlines()) == 1
    assert len(said) < 200
