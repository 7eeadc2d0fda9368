"""What we took from others: each file as it was recorded, with its licence, and nothing besides."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "api" / "console"
PAGES = sorted(CONSOLE.glob("*.html"))
SERVED = CONSOLE / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"
LICENCES = {SERVED: {"MIT", "Apache-2.0", "ISC"}, FOR_TESTS: {"MPL-2.0"}}
EACH_SHELF = pytest.mark.parametrize("shelf", [SERVED, FOR_TESTS], ids=["served", "for tests"])


def _entries(shelf: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((shelf / "VENDOR.json").read_text("utf-8"))
    return entries


@EACH_SHELF
def test_each_file_is_as_recorded_and_none_is_unlisted(shelf: Path) -> None:
    recorded = {
        f"{entry['folder']}/{name}": digest
        for entry in _entries(shelf)
        for name, digest in entry["sha256"].items()
    }
    found = {
        path.relative_to(shelf).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in shelf.rglob("*")
        if path.is_file() and path.name != "VENDOR.json"
    }
    assert found == recorded


@EACH_SHELF
def test_each_has_its_licence(shelf: Path) -> None:
    for entry in _entries(shelf):
        assert entry["license"] in LICENCES[shelf], entry["name"]
        for package in entry["contains"] or [None]:
            folder = f"licenses/{package.removeprefix('@').replace('/', '-')}/" if package else ""
            texts = [name for name in entry["sha256"] if name.startswith(folder)]
            assert any(re.match(r"licen[cs]e", name[len(folder) :], re.IGNORECASE) for name in texts), package


@EACH_SHELF
def test_versions_and_checksums_are_the_locked_ones(shelf: Path) -> None:
    locked = json.loads((ROOT / "vendoring" / "package-lock.json").read_text("utf-8"))["packages"]
    for entry in _entries(shelf):
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
        for entry in _entries(SERVED)
        for name, path in entry["modules"].items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_load_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"""(?:src|href)=["'](?!/console/|data:|#)""", text) == []
    assert re.findall(r"\sstyle=|\son[a-z]+=|<style", text) == []  # the policy would refuse it
