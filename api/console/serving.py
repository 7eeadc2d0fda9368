"""The console's routes: pages, our modules, and the libraries they use.

/                   the console, for whoever asks for HTML; a summary of the API in JSON otherwise
/explorer           GraphiQL
/console/config.json   what the console must know before anybody signs in
/console/app/…      our modules and styles: asked for again each time, by ETag
/console/vendor/…   libraries of others, with the version in the path: kept for ever
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.console.assets import Assets
from api.console.policy import ASSET_HEADERS, FOR_GRAPHIQL, page_headers
from api.endpoints import json, landing
from domain.shared.settings import Settings

HERE = Path(__file__).parent
_ASKED_AGAIN = {"Cache-Control": "no-cache"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def console_routes(config: Settings) -> list[Route]:
    """What an API that serves the console answers besides."""
    pages = Pages(Assets(HERE))
    known = configuration(config)

    async def told(_request: Request) -> Response:
        return json(known)

    return [
        Route("/", pages.front),
        Route("/explorer", pages.explorer),
        Route("/console/config.json", told),
        Route("/console/app/{name:path}", Files(Assets(HERE / "app"), _ASKED_AGAIN).respond),
        Route("/console/vendor/{name:path}", Files(Assets(HERE / "vendor"), _FOR_EVER).respond),
    ]


def configuration(config: Settings) -> dict[str, Any]:
    """`training` is null where the company is real; else the key that everybody has, and the way home."""
    key = config.training_key.get_secret_value()
    return {
        "version": version("forebay"),
        "trainingUrl": config.training_url or None,
        "training": {"key": key, "home": config.training_of or None} if key else None,
    }


class Files:
    """The files of one folder, all to be cached alike."""

    def __init__(self, assets: Assets, caching: dict[str, str]) -> None:
        self._assets = assets
        self._headers = ASSET_HEADERS | caching

    async def respond(self, request: Request) -> Response:
        asset = await self._assets.find(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("There is no such file.\n", 404, ASSET_HEADERS)
        return asset.answer(request.headers, self._headers)


class Pages:
    """HTML, each page with the policy that fits it."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def front(self, request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            answer = await landing(request)
        else:
            answer = await self._page("index.html", request, {})
        answer.headers.add_vary_header("Accept")
        return answer

    async def explorer(self, request: Request) -> Response:
        return await self._page("explorer.html", request, FOR_GRAPHIQL)

    async def _page(self, name: str, request: Request, more: dict[str, str]) -> Response:
        asset = await self._assets.find(name)
        assert asset is not None, f"{name} is part of the package"
        return asset.answer(request.headers, page_headers(asset.body, more) | _ASKED_AGAIN)
