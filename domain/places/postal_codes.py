"""Postal codes as GeoNames publishes them: read line by line. Pure but for the file.

Source: https://download.geonames.org/export/zip/readme.txt, "tab-delimited text in utf8 encoding".
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

from domain.places.keys import name_key, postal_key
from domain.shared.forms import COUNTRY

COLUMNS = 12  # country, code, name, three times a region's name and code, latitude, longitude, accuracy


class UnreadablePlaces(Exception):
    """The file is not one of GeoNames' postal codes; says why not, and where."""


class PostalCode(NamedTuple):
    """One line: a postal code with a place that it is of, as keys. An empty one is not stated."""

    country_code: str
    postal_code: str
    city: str
    region: str
    region_code: str
    latitude: float
    longitude: float


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The lines of a text file, or of the one in a zip that is not its readme; and how many bytes they are.

    Raises:
        UnreadablePlaces: there is no such file, or nothing to read in it.
    """
    try:
        if path.suffix != ".zip":
            with path.open("rb") as plain:
                yield plain, path.stat().st_size
            return
        with ZipFile(path) as archive:
            member = next((m for m in archive.infolist() if _is_data(m.filename)), None)
            if member is None:
                raise UnreadablePlaces("There is no .txt in it.")
            with archive.open(member) as unpacked:
                yield unpacked, member.file_size
    except (FileNotFoundError, IsADirectoryError, PermissionError, BadZipFile) as wrong:
        raise UnreadablePlaces(f"It cannot be read: {wrong}.") from wrong


def _is_data(name: str) -> bool:
    return name.endswith(".txt") and not name.lower().endswith("readme.txt")


def postal_codes(lines: Iterable[bytes]) -> Iterator[PostalCode]:
    """What the lines state. Places without coordinates, of which there are a few, are passed over.

    Raises:
        UnreadablePlaces: a line is not as GeoNames writes them.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found = _postal_code(line)
            except ValueError as wrong:
                raise UnreadablePlaces(f"Line {number}: {wrong}.") from wrong
            if found:
                yield found


def _postal_code(line: bytes) -> PostalCode | None:
    fields = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    if len(fields) != COLUMNS:
        raise ValueError(f"has {len(fields)} columns separated by tabs instead of {COLUMNS}")
    country_code, code, city, region, region_code, *_, latitude, longitude, _ = fields
    if not COUNTRY.fullmatch(country_code):
        raise ValueError(f"{country_code!r} is no country code")
    if not latitude or not longitude:
        return None
    return PostalCode(
        country_code,
        postal_key(country_code, code),
        name_key(city),
        name_key(region),
        name_key(region_code),
        _degrees(latitude, 90),
        _degrees(longitude, 180),
    )


def _degrees(text: str, most: int) -> float:
    degrees = float(text)
    if not -most <= degrees <= most:
        raise ValueError(f"{text} is not within {most} degrees")
    return degrees
