"""`make vendor`: install the locked packages, copy what the console uses, and record what was copied.

The registry is the one that npm is set up with; npm checks each package against package-lock.json.
"""

import json
import re
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from vendoring.bundling import bundle
from vendoring.licences import licence_texts
from vendoring.wanted import SHELVES, Shelf, Wanted

HERE = Path(__file__).parent
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_NEIGHBOUR = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")
_IMPORT_MAP = re.compile(r'(<script type="importmap">).*?(</script>)', re.DOTALL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        installed = install(Path(folder))
        for shelf in SHELVES:
            fill(shelf, installed)


def install(folder: Path) -> Path:
    """Have npm fetch and verify exactly what is locked."""
    for name in _LOCKED:
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)  # noqa: S607 -- as found on the path
    return folder


def fill(shelf: Shelf, installed: Path) -> None:
    """Put the libraries there anew: what is no longer wanted must not stay."""
    shutil.rmtree(shelf.folder, ignore_errors=True)
    shelf.folder.mkdir()
    entries = [copy(wanted, installed, shelf.folder) for wanted in shelf.libraries]
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    (shelf.folder / "VENDOR.json").write_text(f"{text}\n", encoding="utf-8")
    for page in shelf.pages:
        write_import_map(page, entries)


def copy(wanted: Wanted, installed: Path, shelf: Path) -> dict[str, Any]:
    """Copy modules and licences; answer the package's entry of VENDOR.json."""
    source = installed / "node_modules" / wanted.package
    about = json.loads((source / "package.json").read_text("utf-8"))
    locked = json.loads((installed / "package-lock.json").read_text("utf-8"))
    folder = f"{wanted.package.removeprefix('@').replace('/', '-')}-{about['version']}"
    contains: dict[str, str] = {}
    if wanted.entries:
        source, contains = bundle(wanted.package, dict(wanted.entries), installed)
        files = {path for path in source.rglob("*") if path.is_file()}
        folder += f"-{digest_of(files)[:8]}"  # the same version may be made of other ones
    else:
        files = {path for module in wanted.modules.values() for path in with_neighbours(source / module)}
        files |= set(licence_texts(installed / "node_modules", wanted.package))
    return {
        "name": wanted.package,
        "version": about["version"],
        "license": about["license"],
        "integrity": locked["packages"][f"node_modules/{wanted.package}"]["integrity"],
        "folder": folder,
        "modules": dict(wanted.modules),
        "contains": contains,
        "sha256": {
            path.relative_to(source).as_posix(): placed(path, shelf / folder / path.relative_to(source))
            for path in sorted(files)
        },
    }


def digest_of(files: set[Path]) -> str:
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in sorted(files))).hexdigest()


def with_neighbours(module: Path) -> set[Path]:
    """A module and whatever it imports by relative path."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                (path.parent / name).resolve() for name in _NEIGHBOUR.findall(path.read_text("utf-8"))
            ]
    return found


def placed(source: Path, target: Path) -> str:
    """Copy one file; answer its checksum."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    return sha256(target.read_bytes()).hexdigest()


def write_import_map(page: Path, entries: list[dict[str, Any]]) -> None:
    """Let the page's import map name the versions that are there."""
    imports = {
        name: f"/console/vendor/{entry['folder']}/{path}"
        for entry in entries
        for name, path in entry["modules"].items()
    }
    text = json.dumps({"imports": imports}, indent=2)
    html = page.read_text("utf-8")
    page.write_text(_IMPORT_MAP.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", html), encoding="utf-8")


if __name__ == "__main__":
    main()
