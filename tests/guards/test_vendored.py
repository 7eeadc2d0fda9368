"""What we took from others: each file as it was recorded, with its licence, and nothing besides."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "api" / "console"
VENDOR = CONSOLE / "vendor"
PAGES = sorted(CONSOLE.glob("*.html"))


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((VENDOR / "VENDOR.json").read_text("utf-8"))
    return entries


def test_each_file_is_as_recorded_and_none_is_unlisted() -> None:
    recorded = {
        f"{entry['folder']}/{name}": digest
        for entry in _entries()
        for name, digest in entry["sha256"].items()
    }
    found = {
        path.relative_to(VENDOR).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    assert found == recorded


def test_each_has_its_licence() -> None:
    for entry in _entries():
        assert entry["license"] in {"MIT", "Apache-2.0"}, entry["name"]
        assert any(name.startswith("LICENSE") for name in entry["sha256"]), entry["name"]


def test_versions_and_checksums_are_the_locked_ones() -> None:
    locked = json.loads((ROOT / "vendoring" / "package-lock.json").read_text("utf-8"))["packages"]
    for entry in _entries():
        package = locked[f"node_modules/{entry['name']}"]
        assert (entry["version"], entry["integrity"]) == (package["version"], package["integrity"])
        assert entry["version"] in entry["folder"]  # the path must change with it: it is cached for ever


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "vendoring" / "package-lock.json").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_import_map_names_what_is_there(page: Path) -> None:
    found = re.search(r'<script type="importmap">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    assert json.loads(found[1])["imports"] == {
        name: f"/console/vendor/{entry['folder']}/{path}"
        for entry in _entries()
        for name, path in entry["modules"].items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_load_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"""(?:src|href)=["'](?!/console/|data:|#)""", text) == []
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style", text) == []  # the policy would refuse it
