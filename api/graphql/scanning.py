"""What a scanned or typed code means."""

from typing import Annotated

import strawberry

from api.graphql.info import Info, reader
from api.graphql.node import find_node
from api.graphql.relay import Node, to_global
from api.graphql.resolvers import field
from domain.fulfilment.scan import scan
from domain.shared.text import require_text

# Waves belong to all channels: others are not told that there is one.
_OF_EVERY_CHANNEL = {"Wave"}


@strawberry.type
class ScanQueries:
    """What a code means."""

    @field(
        description=(
            "What a scanned or typed code may mean, the likeliest first: a fulfilment order's number, a wave (W and its "
            "number), a barcode or SKU, an order's number or its channel's reference. Empty: nothing that the key sees."
        )
    )
    async def scan(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="The code; spaces around it do not count.")],
    ) -> list[Node]:
        by = reader(info)
        meant = await scan(require_text(code, field="code", longest=200).strip())
        visible = [each for each in meant if by.channel_ids is None or each.kind not in _OF_EVERY_CHANNEL]
        found = [await find_node(info, to_global(each.kind, each.id)) for each in visible]
        return [node for node in found if node is not None]
