"""Reading the board."""

from typing import Annotated

import strawberry

from api.graphql.board.types import Board
from api.graphql.info import Info, feed_cursor, reader
from api.graphql.resolvers import field
from domain.shared.forms import A_TIMEZONE, is_timezone
from domain.shared.refusal import InvalidInput


@strawberry.type
class BoardQueries:
    """Reading the board."""

    @field(
        description="What is open, how fast it comes and goes, and what waits for a person, of all that the key sees."
    )
    async def board(
        self,
        info: Info,
        timezone: Annotated[
            str,
            strawberry.argument(description="IANA, such as Europe/Berlin: where today begins at midnight."),
        ] = "UTC",
    ) -> Board:
        reader(info)
        if not is_timezone(timezone):
            raise InvalidInput(f"Must be {A_TIMEZONE}.", field="timezone")
        return Board(timezone=timezone, at=info.context.now(), as_of=await feed_cursor())
