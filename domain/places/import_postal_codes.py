"""Import postal codes: what a file says of its countries takes the place of what was imported of them before."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from domain.places.postal_codes import PostalCode, opened, postal_codes
from domain.shared.database import copy_rows, execute, statement, transactional

_STAGE = """
    CREATE TEMP TABLE staged_postal_codes (
        country_code text, postal_code text, city text, region text, region_code text, latitude float8, longitude float8
    ) ON COMMIT DROP
"""
_FOLD = statement(__file__, "import_postal_codes.sql")

_TOLD_EVERY_BYTES = 1 << 20

Seen = Callable[[int, int], None]  # bytes read, and of how many


@transactional
async def import_postal_codes(path: Path, *, seen: Seen) -> int:
    """Know the places of a GeoNames file of postal codes, plain or zipped; how many lines it has.

    Idempotent, and all or nothing. Addresses are located by them from now on.

    Raises:
        UnreadablePlaces: the file is not as GeoNames writes them.
    """
    await execute(_STAGE)
    with opened(path) as (lines, size):
        rows = postal_codes(_watched(lines, size, seen))
        count = await copy_rows("staged_postal_codes", PostalCode._fields, rows)
    await execute(_FOLD)
    return count


def _watched(lines: Iterable[bytes], size: int, seen: Seen) -> Iterator[bytes]:
    done = told = 0
    for line in lines:
        yield line
        done += len(line)
        if done - told >= _TOLD_EVERY_BYTES or done == size:
            told = done
            seen(done, size)
