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

from vendoring.wanted import CONSOLE, CONSOLE_PAGES, LIBRARIES, Wanted

HERE = Path(__file__).parent
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_LICENCES = ("LICENSE*", "NOTICE*", "licenses/*")
_NEIGHBOUR = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")
_IMPORT_MAP = re.compile(r'(<script type="importmap">).*?(</script>)', re.DOTALL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        installed = install(Path(folder))
        entries = [copy(each, installed, CONSOLE / "vendor") for each in fresh(CONSOLE / "vendor")]
    record(entries, CONSOLE / "vendor")
    for page in CONSOLE_PAGES:
        write_import_map(page, entries)


def install(folder: Path) -> Path:
    """Have npm fetch and verify exactly what is locked."""
    for name in _LOCKED:
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)  # noqa: S607 -- as found on the path
    return folder


def fresh(target: Path) -> tuple[Wanted, ...]:
    """Empty the folder: what is no longer wanted must not stay."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    return LIBRARIES


def copy(wanted: Wanted, installed: Path, target: Path) -> dict[str, Any]:
    """Copy modules, their neighbours and the licence; answer the package's entry of VENDOR.json."""
    source = installed / "node_modules" / wanted.package
    about = json.loads((source / "package.json").read_text("utf-8"))
    locked = json.loads((installed / "package-lock.json").read_text("utf-8"))
    folder = f"{wanted.package.removeprefix('@').replace('/', '-')}-{about['version']}"
    files = {path for module in wanted.modules.values() for path in with_neighbours(source / module)}
    files |= {path for pattern in _LICENCES for path in source.glob(pattern)}
    return {
        "name": wanted.package,
        "version": about["version"],
        "license": about["license"],
        "integrity": locked["packages"][f"node_modules/{wanted.package}"]["integrity"],
        "folder": folder,
        "modules": wanted.modules,
        "sha256": {
            path.relative_to(source).as_posix(): placed(path, target / folder / path.relative_to(source))
            for path in sorted(files)
        },
    }


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


def record(entries: list[dict[str, Any]], target: Path) -> None:
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    (target / "VENDOR.json").write_text(f"{text}\n", encoding="utf-8")


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
