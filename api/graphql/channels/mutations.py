"""Saving channels."""

from collections.abc import Mapping
from typing import Any

import strawberry

import api.graphql.enums  # noqa: F401 -- registers the enums below
from api.graphql.channels.types import Channel
from api.graphql.info import Info
from api.graphql.payloads import Payload, refusable, writer
from api.graphql.resolvers import mutation
from api.graphql.scalars import JSON, WholeNumber
from domain.channels.credentials.set_credentials import GivenCredential, SetCredentials, set_credentials
from domain.channels.models import ChannelKind
from domain.channels.save_channel import WHOLE_STOCK_BP, InvalidChannel, SaveChannel, save_channel
from domain.shared.actor import Scope
from domain.shared.refusal import Refusal


@strawberry.input(
    description="The channel as it shall be: created, or changed if there is one with this code."
)
class SaveChannelInput:
    """The channel as it shall be."""

    code: str = strawberry.field(description="Its code: lower-case letters, digits and dashes.")
    name: str = strawberry.field(description="Its name.")
    kind: ChannelKind = strawberry.field(description="What sort of selling place it is.")
    currency_code: str = strawberry.field(description="The one currency it sells in: ISO 4217.")
    timezone: str = strawberry.field(description="IANA, such as Europe/Berlin.")
    platform: str = strawberry.field(
        default="generic", description="Its platform's adapter, such as shopify. ADMIN changes it."
    )
    priority: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="Where orders are equally urgent, the higher is served first."
    )
    stock_share_bp: WholeNumber = strawberry.field(
        default=WholeNumber(WHOLE_STOCK_BP),
        description="How much of what is free it may sell, in basis points: 10,000 is everything.",
    )
    stock_buffer: WholeNumber = strawberry.field(
        default=WholeNumber(0), description="Units of each SKU it never sells."
    )
    active: bool = strawberry.field(default=True, description="Whether it may place orders.")
    warehouses: list[str] = strawberry.field(
        default_factory=list, description="The codes of the warehouses it sells from; none: from all."
    )

    settings: JSON | None = strawberry.field(
        default=None,
        description=(
            "What its adapter reads, as an object: `endpoint` (ADMIN changes it), `skuMap` from its SKUs to yours, "
            "`columns`, and the adapter's own. Null: they stay as they are."
        ),
    )

    def ask(self) -> SaveChannel:
        said: dict[str, Any] = dict(vars(self))
        if said["settings"] is not None and not isinstance(said["settings"], Mapping):
            raise InvalidChannel("Must be an object.", field="settings")
        return SaveChannel(
            currency=said.pop("currency_code"), warehouses=tuple(said.pop("warehouses")), **said
        )


@strawberry.type(description="The channel as it is now, or why it was not saved.")
class SaveChannelPayload(Payload):
    """The channel as it is now."""

    channel: Channel | None = strawberry.field(default=None, description="As it is now; null if refused.")


@strawberry.input(description="One field of a channel's credentials.")
class CredentialInput:
    """One field of a channel's credentials."""

    name: str = strawberry.field(description="As `Channel.credentials` names it.")
    value: str | None = strawberry.field(
        default=None, description="Kept encrypted, and never shown again. Null forgets it."
    )


@strawberry.input(description="Credentials of a channel; those that are not named stay as they are.")
class SetChannelCredentialsInput:
    """Credentials of a channel."""

    channel: str = strawberry.field(description="The channel's code.")
    credentials: list[CredentialInput] = strawberry.field(
        description="What to set or to forget, all or nothing."
    )


@strawberry.type
class ChannelMutations:
    """Saving channels and their credentials."""

    @mutation(description="Create a channel, or change the one with this code.")
    @refusable(SaveChannelPayload)
    async def save_channel(self, info: Info, input: SaveChannelInput) -> SaveChannelPayload:  # noqa: A002
        by = writer(info, Scope.CATALOG_WRITE)
        try:
            saved = await save_channel(input.ask(), by=by, now=info.context.now())
        except Refusal as no:
            if no.field == "currency":
                no.field = "currencyCode"  # as it is called here
            raise
        row = await info.context.loaders.channel.load(saved)
        return SaveChannelPayload(channel=None if row is None else Channel.of(row))

    @mutation(
        description="Set what a channel's platform is spoken to with. Needs ADMIN; values are write-only."
    )
    @refusable(SaveChannelPayload)
    async def set_channel_credentials(
        self,
        info: Info,
        input: SetChannelCredentialsInput,  # noqa: A002
    ) -> SaveChannelPayload:
        by = writer(info, Scope.ADMIN)
        given = [GivenCredential(name=each.name, value=each.value) for each in input.credentials]
        ask = SetCredentials(channel=input.channel, credentials=given)
        row = await info.context.loaders.channel.load(
            await set_credentials(ask, by=by, now=info.context.now())
        )
        return SaveChannelPayload(channel=None if row is None else Channel.of(row))
