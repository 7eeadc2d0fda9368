"""How the console's files are served: types, caching, compression, policies, and nothing else."""

import base64
import gzip
import json
import re
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx2
import pytest
from starlette.applications import Starlette

from api.app import create_app
from api.console.serving import HERE
from domain.shared.settings import settings
from tests.integration.api.conftest import Running

VENDORED = json.loads((HERE / "vendor" / "VENDOR.json").read_text("utf-8"))
CHARTS = next(
    f"/console/vendor/{entry['folder']}/{entry['modules']['echarts']}"
    for entry in VENDORED
    if entry["name"] == "echarts"
)
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
async def visitor() -> AsyncIterator[httpx2.AsyncClient]:
    """A client without a key."""
    async with visiting(create_app(connect_database=False)) as client:
        yield client


def visiting(app: Starlette) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://forebay")


async def test_browsers_get_the_console_and_programs_the_summary(visitor: httpx2.AsyncClient) -> None:
    page = await visitor.get("/", headers=PAGE)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert "Accept" in page.headers["vary"].split(", ")
    summary = await visitor.get("/")
    assert summary.json()["name"] == "Forebay"
    assert "Accept" in summary.headers["vary"].split(", ")


async def test_the_policy_allows_this_import_map_and_no_other_inline_script(
    visitor: httpx2.AsyncClient,
) -> None:
    page = await visitor.get("/", headers=PAGE)
    found = re.search(rb'<script type="importmap">(.*?)</script>', page.content, re.DOTALL)
    assert found
    digest = base64.b64encode(sha256(found[1]).digest()).decode()
    policy = dict(
        directive.split(" ", 1) for directive in page.headers["content-security-policy"].split("; ")
    )
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"


async def test_only_the_explorer_may_write_styles_and_none_may_write_scripts(
    visitor: httpx2.AsyncClient,
) -> None:
    policies = [
        (await visitor.get(path, headers=PAGE)).headers["content-security-policy"].split("; ")
        for path in ("/", "/explorer")
    ]
    console, explorer = (
        {each for each in policy if not each.startswith("script-src")} for policy in policies
    )
    assert console - explorer == {"style-src 'self'"}
    assert explorer - console == {"style-src 'self' 'unsafe-inline'", "font-src 'self'", "worker-src 'self'"}
    for policy in policies:
        [script] = [each for each in policy if each.startswith("script-src")]
        assert "unsafe" not in script


async def test_libraries_are_kept_for_ever_and_our_own_files_are_asked_for_again(
    visitor: httpx2.AsyncClient,
) -> None:
    library = await visitor.get(CHARTS)
    assert library.headers["content-type"] == "text/javascript; charset=utf-8"
    assert library.headers["cache-control"] == "public, max-age=31536000, immutable"
    module = await visitor.get("/console/app/main.js")
    assert module.headers["content-type"] == "text/javascript; charset=utf-8"
    assert module.headers["cache-control"] == "no-cache"
    assert module.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/console/app/main.js", CHARTS])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_who_has_it_already_is_told_so(visitor: httpx2.AsyncClient, path: str, coding: str) -> None:
    headers = PAGE | {"Accept-Encoding": coding}
    tag = (await visitor.get(path, headers=headers)).headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}(-gzip)?"', tag)
    again = await visitor.get(path, headers=headers | {"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    changed = await visitor.get(path, headers=headers | {"If-None-Match": '"other"'})
    assert changed.status_code == 200


async def test_compressed_only_for_who_takes_it(visitor: httpx2.AsyncClient) -> None:
    plain = await visitor.get(CHARTS, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    async with visitor.stream("GET", CHARTS, headers={"Accept-Encoding": "br, gzip;q=0.8"}) as packed:
        raw = b"".join([piece async for piece in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    refused = await visitor.get(CHARTS, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize(
    "path",
    [
        "/console/app/nothing.js",
        "/console/app/",
        "/console/app/%2e%2e/serving.py",
        "/console/app/..%2fvendor/VENDOR.json",
        "/console/app/%2fetc/hostname",
        "/console/app/..%5cserving.py",
        "/console/app/main.js%00",
        "/console/vendor/%2e%2e/index.html",
        "/console/serving.py",
    ],
)
async def test_nothing_else_is_there(server: Running, path: str) -> None:
    async with httpx2.AsyncClient(base_url=server.http) as visitor:
        assert (await visitor.get(path, headers=PAGE)).status_code == 404


async def test_asking_for_the_head_only(server: Running) -> None:
    async with httpx2.AsyncClient(base_url=server.http, headers=PLAIN) as visitor:
        head, whole = await visitor.head(CHARTS), await visitor.get(CHARTS)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))
        assert head.headers["etag"] == whole.headers["etag"]
        assert (await visitor.post("/console/app/main.js")).status_code == 405


async def test_a_setting_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_CONSOLE", "false")
    settings.cache_clear()
    async with visiting(create_app(connect_database=False)) as visitor:
        assert (await visitor.get("/", headers=PAGE)).json()["name"] == "Forebay"
        assert (await visitor.get("/console/app/main.js")).status_code == 404
    settings.cache_clear()


async def test_a_real_company_hands_no_key_out(visitor: httpx2.AsyncClient) -> None:
    told = await visitor.get("/console/config.json")
    assert told.headers["cache-control"] == "no-store"
    assert told.json() | {"version": ""} == {"version": "", "trainingUrl": None, "training": None}


async def test_a_training_company_says_so_and_signs_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_TRAINING_KEY", "forebay_of_trainees")
    monkeypatch.setenv("FOREBAY_TRAINING_OF", "https://orders.example")
    monkeypatch.setenv("FOREBAY_TRAINING_URL", "https://training.example")
    settings.cache_clear()
    async with visiting(create_app(connect_database=False)) as visitor:
        told = (await visitor.get("/console/config.json")).json()
    settings.cache_clear()
    assert told["training"] == {"key": "forebay_of_trainees", "home": "https://orders.example"}
    assert told["trainingUrl"] == "https://training.example"
