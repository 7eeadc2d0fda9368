"""Follow the feed in this database: what a consumer does and how far it came are one transaction."""

from dataclasses import dataclass

from domain.shared.database import execute, fetch_one, fetch_value, records

_START = """
    INSERT INTO feed_consumers (name, position) SELECT $1, last_position FROM feed_state ON CONFLICT DO NOTHING
"""
_BEHIND = """
    SELECT c.position < s.last_position FROM feed_state s JOIN feed_consumers c ON c.name = $1
"""
# A consumer that a rival moves on just now is read as it is then, the feed's end as it was before: no step back to that.
_NEXT = """
    SELECT c.position AS after, greatest(c.position, least(s.last_position, c.position + $2)) AS upto,
           c.position < s.expired_below AS missed
    FROM feed_consumers c CROSS JOIN feed_state s WHERE c.name = $1
    FOR NO KEY UPDATE OF c SKIP LOCKED
"""
_STAND = "SELECT position FROM feed_consumers WHERE name = $1 FOR NO KEY UPDATE SKIP LOCKED"
_MOVE = "UPDATE feed_consumers SET position = $2 WHERE name = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Positions in (after, upto] that are a consumer's to work off. `missed`: some before them are pruned already."""

    after: int
    upto: int
    missed: bool

    @property
    def length(self) -> int:
        return self.upto - self.after


async def start_consuming(name: str) -> bool:
    """Let `name` follow from now on; whether it did not before."""
    return bool(await execute(_START, name))


async def is_behind(name: str) -> bool | None:
    """Whether there is something to work off; None: it does not follow yet. Only reads, and draws no transaction id."""
    behind: bool | None = await fetch_value(_BEHIND, name)
    return behind


async def next_stretch(name: str, *, positions_max: int) -> Stretch | None:
    """What comes next, locked until the transaction ends; None while somebody else has it."""
    return await fetch_one(_NEXT, Stretch, name, positions_max)


async def stand_still(name: str) -> bool:
    """Lock where `name` stands until the transaction ends; whether nobody else has it."""
    return bool(await records(_STAND, name))


async def move_on(name: str, upto: int) -> None:
    """The stretch up to `upto` is done, in this transaction."""
    await execute(_MOVE, name, upto)
