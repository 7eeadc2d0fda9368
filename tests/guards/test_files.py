"""What is in the repository: no traces of one machine, no forgotten SQL."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SQL = sorted(
    path for package in ("api", "cli", "domain", "workers") for path in (ROOT / package).rglob("*.sql")
)
# Read by folder, not by name.
CHECKS = ROOT / "domain" / "checks"


def _tracked() -> list[Path]:
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [path for path in files if path.is_file()]


def _traces() -> dict[str, str]:
    """What would only make sense on this machine."""
    traces = {f"{path}/": what for path, what in ((ROOT, "the checkout"), (Path.home(), "the home folder"))}
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        host = urlsplit(os.environ.get(name, "")).hostname
        if host and host != "pypi.org":
            traces[host] = "the package index"
    # a folder that a stranger's machine has as well proves nothing
    return {trace: what for trace, what in traces.items() if trace.count("/") != 2}


def test_no_file_names_this_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)} names {what}: {trace}"
        for path in _tracked()
        for trace, what in _traces().items()
        if trace.encode() in path.read_bytes()
    ]
    assert found == []


def test_locks_name_no_index() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert locks
    for lock in locks:
        assert not re.search(r"https?://|--(extra-)?index-url", lock.read_text(encoding="utf-8")), lock.name


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_sql_is_used_and_says_why(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"-- \S.{10,}", first), "a file begins with what it does, as a comment"
    if not path.is_relative_to(CHECKS):
        above = path.parent.parent if path.parent.name == "sql" else path.parent
        modules = "\n".join(module.read_text(encoding="utf-8") for module in above.glob("*.py"))
        assert f'{path.relative_to(above).as_posix()}"' in modules, "no module beside it reads it"


def test_no_leftovers() -> None:
    """Files that an editor, a merge or a debugger leaves behind."""
    left = [path for path in _tracked() if path.suffix in {".orig", ".rej", ".bak", ".swp", ".pyc", ".log"}]
    assert left == []
    marks = re.compile(rb"^(<{7} |>{7} )|\bbreakpoint\(\)", re.MULTILINE)
    marked = [
        path.relative_to(ROOT)
        for path in _tracked()
        if path != Path(__file__) and marks.search(path.read_bytes())
    ]
    assert marked == []
