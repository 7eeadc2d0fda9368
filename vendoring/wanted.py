"""What is taken from which package; versions and checksums are in package.json and package-lock.json."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A package's modules: what our modules import, and the file that it means.

    `entries` are what the files are bundled from, where a package can't be used as it is published: our own
    `vendoring/<package>/<name>` or a file of an installed package.
    """

    package: str
    modules: Mapping[str, str]
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A folder of libraries, and the pages whose import maps name them."""

    folder: Path
    libraries: tuple[Wanted, ...]
    pages: tuple[Path, ...] = ()


_CONSOLE = ROOT / "api" / "console"
_FOR_THE_CONSOLE = (
    Wanted(package="preact", modules={"preact": "dist/preact.mjs", "preact/hooks": "hooks/dist/hooks.mjs"}),
    Wanted(package="@preact/signals-core", modules={"@preact/signals-core": "dist/signals-core.mjs"}),
    Wanted(package="@preact/signals", modules={"@preact/signals": "dist/signals.mjs"}),
    Wanted(package="htm", modules={"htm": "dist/htm.module.js", "htm/preact": "preact/index.module.js"}),
    Wanted(package="graphql-ws", modules={"graphql-ws": "dist/client.js"}),
    Wanted(package="echarts", modules={"echarts": "dist/echarts.esm.min.mjs"}),
    Wanted(
        package="world-atlas",
        modules={"world-atlas": "countries.js"},
        entries={"countries": "countries.js"},
    ),
    Wanted(
        package="graphiql",
        modules={"graphiql": "graphiql.js", "graphiql/style.css": "graphiql.css"},
        entries={
            "graphiql": "graphiql.js",
            "editor.worker": "node_modules/monaco-editor/esm/vs/editor/editor.worker.js",
            "graphql.worker": "node_modules/monaco-graphql/esm/graphql.worker.js",
            "json.worker": "node_modules/monaco-editor/esm/vs/language/json/json.worker.js",
        },
    ),
)
SHELVES = (
    Shelf(
        folder=_CONSOLE / "vendor",
        libraries=_FOR_THE_CONSOLE,
        pages=(_CONSOLE / "index.html", _CONSOLE / "explorer.html"),
    ),
    Shelf(
        folder=ROOT / "tests" / "browser" / "vendor",
        libraries=(Wanted(package="axe-core", modules={"axe-core": "axe.min.js"}),),
    ),
)
