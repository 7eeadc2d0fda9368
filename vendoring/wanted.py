"""What is copied from which package; versions and checksums are in package.json and package-lock.json."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A package's modules: what our modules import, and the file that it means."""

    package: str
    modules: dict[str, str]


CONSOLE = ROOT / "api" / "console"
CONSOLE_PAGES = (CONSOLE / "index.html",)
LIBRARIES = (
    Wanted(package="preact", modules={"preact": "dist/preact.mjs", "preact/hooks": "hooks/dist/hooks.mjs"}),
    Wanted(package="@preact/signals-core", modules={"@preact/signals-core": "dist/signals-core.mjs"}),
    Wanted(package="@preact/signals", modules={"@preact/signals": "dist/signals.mjs"}),
    Wanted(package="htm", modules={"htm": "dist/htm.module.js", "htm/preact": "preact/index.module.js"}),
    Wanted(package="graphql-ws", modules={"graphql-ws": "dist/client.js"}),
    Wanted(package="echarts", modules={"echarts": "dist/echarts.esm.min.mjs"}),
)
