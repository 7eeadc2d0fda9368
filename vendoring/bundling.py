"""Packages that can't be used as they are published, made into modules by esbuild, which is locked as well."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from vendoring.licences import licence_texts

HERE = Path(__file__).parent
_OPTIONS = (
    "--bundle",
    "--splitting",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--loader:.ttf=file",
    "--asset-names=[name]",
    "--legal-comments=eof",
    '--define:process.env.NODE_ENV="production"',
    "--log-level=warning",
)


def bundle(package: str, entries: dict[str, str], installed: Path) -> tuple[Path, dict[str, str]]:
    """The folder with the bundle and the licences of all that is in it; and those packages' versions."""
    for own in (HERE / package).iterdir():
        shutil.copy(own, installed)
    named = [f"{name}={path}" for name, path in entries.items()]
    esbuild = installed / "node_modules" / ".bin" / "esbuild"
    out = f"bundled-{package}"
    placed = (f"--outdir={out}", f"--metafile={out}.json")
    subprocess.run([esbuild, *named, *_OPTIONS, *placed], cwd=installed, check=True)
    made = installed / out
    for style in made.glob("*-*.css"):
        style.unlink()  # of chunks that come later: what they need is in the first one's style as well
    packages = _packages_in(json.loads((installed / f"{out}.json").read_text("utf-8")))
    for name in packages:
        for text in licence_texts(installed / "node_modules", name):
            target = made / "licenses" / name.removeprefix("@").replace("/", "-")
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(text, target / text.name)
    return made, {name: _version(installed, name) for name in packages}


def _packages_in(meta: dict[str, Any]) -> list[str]:
    """The packages of which something is in the bundle."""
    used = {source for output in meta["outputs"].values() for source in output["inputs"]}
    paths = [source.rpartition("node_modules/")[2].split("/") for source in used if "node_modules/" in source]
    return sorted({"/".join(path[: 2 if path[0].startswith("@") else 1]) for path in paths})


def _version(installed: Path, package: str) -> str:
    about = json.loads((installed / "node_modules" / package / "package.json").read_text("utf-8"))
    version: str = about["version"]
    return version
