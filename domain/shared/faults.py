"""Faults that the values of one row of many may cause, so that its neighbours deserve another try without it."""

from typing import Final

import asyncpg
from tortoise.exceptions import IntegrityError

PERHAPS_ONE_ROWS_FAULT: Final = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    IntegrityError,
    AssertionError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)
