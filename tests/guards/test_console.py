"""The console says everything in three languages, asks only what the schema has, and stays within its policy."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, parse, validate

from api.graphql.errors import REFUSALS
from api.graphql.schema import schema
from domain.checks.run_checks import CHECKS
from domain.reporting.registry import REPORTS
from domain.reporting.report import Report
from domain.sourcing.rules.registry import CONDITIONS, CRITERIA, FILTERS
from domain.sourcing.said import Phrase
from domain.sourcing.simulating.report import ASSUMPTIONS

CONSOLE = Path(__file__).parents[2] / "api" / "console"
APP = CONSOLE / "app"
SCRIPTS = sorted(APP.rglob("*.js"))
LANGUAGES = ["en", "zh-Hans", "zh-Hant"]
ENUMS = {
    name: set(kind.values)
    for name, kind in schema._schema.type_map.items()
    if isinstance(kind, GraphQLEnumType) and not name.startswith("__")
}
# Names and abbreviations that are the same in every language.
PROPER = {"API", "B2B", "CSV", "Forebay", "GraphiQL", "GraphQL", "Parquet", "PDF", "SKU", "Webhook", "XLSX"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ONLY_SIMPLIFIED = set("这个们来时为会说对过发现后单库货订应没开关进运动账户点页网务")
ONLY_TRADITIONAL = set("這個們來時為會說對過發現後單庫貨訂應沒開關進運動帳戶點頁網務")
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Text = str | dict[str, str]


def _files() -> Iterator[tuple[str, Path]]:
    """Every file of texts, with what its keys begin with."""
    yield "", APP / "strings.json"
    yield "", APP / "words.json"
    for page in sorted((APP / "pages").iterdir()):
        if page.is_dir():
            yield f"{page.name}.", page / "strings.json"


FILES = [pytest.param(prefix, path, id=path.relative_to(APP).as_posix()) for prefix, path in _files()]


def _texts(path: Path) -> dict[str, dict[str, Text]]:
    texts: dict[str, dict[str, Text]] = json.loads(path.read_text(encoding="utf-8"))
    return texts


def _keys() -> set[str]:
    return {prefix + key for prefix, path in _files() for key in _texts(path)["en"]}


def _forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _script() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


@pytest.mark.parametrize(("prefix", "path"), FILES)
def test_all_languages_say_the_same(prefix: str, path: Path) -> None:
    texts = _texts(path)
    assert list(texts) == LANGUAGES
    for language in LANGUAGES:
        assert list(texts[language]) == list(texts["en"]), (
            f"{prefix}{language}: the same keys in the same order"
        )
    for key, english in texts["en"].items():
        expected = {name for form in _forms(english) for name in PLACEHOLDER.findall(form)}
        for language in LANGUAGES:
            text = texts[language][key]
            assert isinstance(text, str) or "other" in text, (language, key)
            for form in _forms(text):
                assert form.strip(), (language, key)
            assert {name for form in _forms(text) for name in PLACEHOLDER.findall(form)} == expected, key


@pytest.mark.parametrize(("prefix", "path"), FILES)
def test_chinese_is_chinese(prefix: str, path: Path) -> None:
    texts = _texts(path)
    for language, foreign in (("zh-Hans", ONLY_TRADITIONAL), ("zh-Hant", ONLY_SIMPLIFIED)):
        for key, text in texts[language].items():
            for form in _forms(text):
                words = set(re.findall(r"[A-Za-z]\w*", PLACEHOLDER.sub("", form)))
                assert CHINESE.search(form) or words <= PROPER, f"{prefix}{key} is not translated: {form}"
                wrong = set(form) & foreign
                assert not wrong, f"{prefix}{key} in {language}: {wrong}"


def test_what_is_said_is_there_and_what_is_there_is_said() -> None:
    keys, script = _keys(), _script()
    groups = {key.split(".")[0] for key in keys} - ENUMS.keys()
    literals = {
        key for key in re.findall(r'"([a-z][\w-]*(?:\.\w+)+)"', script) if key.split(".")[0] in groups
    }
    assert sorted(literals - keys) == [], "said, but in no strings.json"
    said = set(literals)
    for template in re.findall(r"\b(?:t|otherwise)\(`([^`]+)`", script):
        pattern = "".join(
            r"[\w-]+" if part.startswith("${") else re.escape(part)
            for part in re.split(r"(\$\{[^}]*\})", template)
        )
        matching = {key for key in keys if re.fullmatch(pattern, key)}
        assert matching, f"no text is called {template}"
        said |= matching
    assert sorted(key for key in keys - said if key.split(".")[0] in groups) == [], "never said"


def test_enums_are_translated_whole() -> None:
    words = _texts(APP / "words.json")["en"]
    translated: dict[str, set[str]] = {}
    for key in words:
        kind, value = key.split(".")
        translated.setdefault(kind, set()).add(value)
    assert translated == {kind: ENUMS[kind] for kind in translated}
    named = {kind for kind in re.findall(r'"([A-Z]\w+)"', _script()) if kind in ENUMS}
    assert sorted(named - translated.keys()) == [], "shown, but not in words.json"


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_reports_and_their_columns_are_named(report: Report) -> None:
    """A new report shows at once, but in English alone until its words are in pages/reports/strings.json."""
    keys = _keys()
    wanted = {f"reports.{what}.{report.name}" for what in ("titled", "about")}
    for column in report.columns:
        for what in ("column", "says"):
            if f"reports.{what}.{report.name}_{column.name}" not in keys:
                wanted.add(f"reports.{what}.{column.name}")
    assert sorted(wanted - keys) == []


def test_what_the_api_says_in_english_is_what_the_console_translates() -> None:
    """Each of these has its words in three languages; whoever changes the English changes the others, too."""
    said = {f"SourcingPhrase.{phrase.name}": phrase.value for phrase in Phrase}
    said |= {f"simulation.assumption.{at}": text for at, text in enumerate(ASSUMPTIONS)}
    for check in CHECKS:
        said |= {f"checks.said.{check.name}": check.promise, f"checks.advice.{check.name}": check.advice}
    for name, rule in {**CONDITIONS, **FILTERS}.items():
        said |= {f"ruleset.means.{name}": rule.description, f"ruleset.takes.{name}": rule.values}
    for name, criterion in CRITERIA.items():
        said |= {f"ruleset.means.{name}": criterion.description, f"ruleset.takes.{name}": criterion.unit}
    texts = {prefix + key: text for prefix, path in _files() for key, text in _texts(path)["en"].items()}
    assert {key: texts.get(key) for key in said} == said
    groups = tuple({key.rpartition(".")[0] + "." for key in said})
    assert {key for key in texts if key.startswith(groups)} == said.keys()


def test_every_refusal_is_said_in_three_languages() -> None:
    assert sorted(kind.code for kind in REFUSALS if f"refused.{kind.code}" not in _keys()) == []


def test_no_report_is_named_that_is_not_there() -> None:
    there = {report.name for report in REPORTS} | {
        column.name for report in REPORTS for column in report.columns
    }
    there |= {f"{report.name}_{column.name}" for report in REPORTS for column in report.columns}
    named = [key.split(".") for key in _texts(APP / "pages" / "reports" / "strings.json")["en"] if "." in key]
    assert sorted(name for what, name in named if what != "area" and name not in there) == []


def _documents() -> list[Any]:
    return [
        pytest.param(document, id=f"{path.relative_to(APP).as_posix()}-{number}")
        for path in SCRIPTS
        for number, document in enumerate(re.findall(r"gql`([^`]*)`", path.read_text(encoding="utf-8")), 1)
    ]


@pytest.mark.parametrize("document", _documents())
def test_the_schema_has_what_is_asked(document: str) -> None:
    assert "${" not in document, "documents take variables, so that this test can read them"
    assert [error.message for error in validate(schema._schema, parse(document))] == []


def test_every_page_is_registered() -> None:
    registry = (APP / "pages" / "index.js").read_text(encoding="utf-8")
    names = re.findall(r'name: "([\w-]+)"', registry)
    assert sorted(names) == sorted(path.name for path in (APP / "pages").iterdir() if path.is_dir())
    for name in names:
        assert f'import("./{name}/index.js")' in registry, name
        assert "title" in _texts(APP / "pages" / name / "strings.json")["en"], name
    for what in ("route", "keys"):
        given = re.findall(rf'{what}: "([^"]+)"', registry)
        assert len(set(given)) == len(given), f"two pages have the same {what}"


def test_every_work_list_has_a_page() -> None:
    registry = (APP / "pages" / "index.js").read_text(encoding="utf-8")
    assert set(re.findall(r'"([A-Z_]+)"', registry)) >= ENUMS["WorkListKind"]


def test_every_module_is_there_and_used() -> None:
    mapped = set(json.loads(re.findall(r"<script[^>]*>(.+?)</script>", _page(), re.DOTALL)[0])["imports"])
    begun = re.findall(r'<script[^>]*\bsrc="/console/app/([^"]+)"', _pages())
    imported = {
        *(APP / name for name in begun),
        APP / "parts" / "tabs.js",
    }  # tabs are there for pages to come
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'(?:\bfrom |^import |\bimport\()"([^"]+)"', text, re.MULTILINE):
            if name.startswith("."):
                target = (path.parent / name).resolve()
                assert target.is_file(), f"{path.relative_to(APP)} imports {name}"
                imported.add(target)
            else:
                assert name in mapped, f"{path.relative_to(APP)} imports {name}"
    assert sorted(str(path.relative_to(APP)) for path in set(SCRIPTS) - imported) == []


def _page() -> str:
    return (CONSOLE / "index.html").read_text(encoding="utf-8")


def _pages() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in CONSOLE.glob("*.html"))


def test_nothing_is_inline() -> None:
    """What the Content-Security-Policy would stop, or could not."""
    assert re.findall(r"<style|\sstyle=|\son\w+=", _page()) == []
    assert len(re.findall(r"<script(?![^>]*\bsrc=)", _page())) == 1, "the import map alone"
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        found = re.findall(r'style="|innerHTML|insertAdjacentHTML|\beval\(|new Function|javascript:', text)
        assert found == [], path.relative_to(APP)


def test_every_style_sheet_is_linked() -> None:
    linked = set(re.findall(r'href="/console/app/style/([\w-]+\.css)"', _pages()))
    assert linked == {path.name for path in (APP / "style").glob("*.css")}


# ------------------------------------------------------------ colours

COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", re.IGNORECASE)
TONES = ("neutral", "info", "progress", "good", "warn", "bad")
READ = [
    *(
        (text, ground)
        for text in ("text", "text-2", "accent")
        for ground in ("ground", "ground-2", "ground-3")
    ),
    ("accent", "accent-soft"),
    ("text", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("ground", "bad-text"),
    *((text, ground) for text in ("text", "text-2", "accent") for ground in ("sea", "land")),
    *((f"{tone}-text", f"{tone}-ground") for tone in TONES),
    *((f"{tone}-text", "ground") for tone in TONES),
]
SEEN = [("line-strong", "ground"), *((f"series-{n}", "ground") for n in range(1, 9))]


def _themes() -> Iterator[tuple[str, dict[str, str]]]:
    text = (APP / "style" / "tokens.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in text.split('[data-theme="dark"]')
    )
    yield "light", light
    yield "dark", light | dark


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "colours"), list(_themes()))
def test_text_is_readable_and_marks_are_seen(theme: str, colours: dict[str, str]) -> None:
    too_faint = [
        f"{theme}: {text} on {ground} is {_contrast(colours[text], colours[ground]):.2f}, not {least}"
        for pairs, least in ((READ, 4.5), (SEEN, 3.0))
        for text, ground in pairs
        if _contrast(colours[text], colours[ground]) < least
    ]
    assert too_faint == []


def test_colours_are_tokens() -> None:
    """A colour of its own would be wrong in one of the themes."""
    sheets = [path for path in (APP / "style").glob("*.css") if path.name != "tokens.css"]
    found = [
        (path.name, match)
        for path in (*sheets, *SCRIPTS)
        for match in COLOUR.findall(path.read_text("utf-8"))
    ]
    assert found == []


def test_grounds_differ() -> None:
    for theme, colours in _themes():
        for one, other in pairwise(("ground", "ground-2", "ground-3", "line")):
            assert colours[one] != colours[other], theme
