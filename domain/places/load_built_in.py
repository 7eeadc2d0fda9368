"""Load the built-in places: cities with their regions and countries, so that no address needs an import to be located."""

import lzma
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from domain.shared.database import copy_rows, execute, fetch_value, transactional

# Written by `python -m vendoring.places`. GeoNames (https://www.geonames.org), CC BY 4.0.
_FILE = Path(__file__).with_name("built_in.tsv.xz")
_COLUMNS = ("country_code", "precision", "key", "region", "latitude", "longitude", "source")
_LOADED = "SELECT version FROM place_sets WHERE source = 'BUILT_IN'"
_CLEAR = "DELETE FROM places WHERE source = 'BUILT_IN'"
_KEEP = """
    INSERT INTO place_sets (source, version, loaded_at) VALUES ('BUILT_IN', $1, $2)
    ON CONFLICT (source) DO UPDATE SET version = excluded.version, loaded_at = excluded.loaded_at
"""


@transactional
async def load_built_in(*, now: datetime) -> bool:
    """Know the built-in places; whether they were not known as they are now."""
    packed = _FILE.read_bytes()
    version = sha256(packed).hexdigest()
    if await fetch_value(_LOADED) == version:
        return False
    await execute(_KEEP, version, now)  # whoever else is loading them waits here, and is second
    await execute(_CLEAR)
    await copy_rows("places", _COLUMNS, _rows(packed))
    await execute("ANALYZE places")
    return True


def _rows(packed: bytes) -> Iterator[tuple[object, ...]]:
    for line in lzma.decompress(packed).decode().splitlines():
        country_code, precision, key, region, latitude, longitude = line.split("\t")
        yield country_code, precision, key, region, float(latitude), float(longitude), "BUILT_IN"
