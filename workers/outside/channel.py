"""Speaking to a channel's platform: its address, its token, its patience.

PlatformFault
├─ TryLater    it did not answer, or asks us to wait
└─ Refused     it answered that the request is wrong; the same would be refused again
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from domain.channels.adapters.contract import (
    Access,
    Adapter,
    HttpAnswer,
    HttpRequest,
    TokenFormat,
    Unreadable,
    Verdict,
)
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import read_credentials
from domain.channels.links import link_failed, link_ok
from domain.channels.models import Channel
from workers.outside.client import NoAnswer, Outside

TIMEOUT_S = 15.0
ERROR_LENGTH_MAX = 300
# A token is renewed so long before it ends.
_TOKEN_MARGIN_S = 60
_UNAUTHORISED = 401


class PlatformFault(Exception):
    """The platform did not do what it was asked; `status` is its answer's, None if there was none."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class TryLater(PlatformFault):
    """It may go well later; the channel is left alone until then."""


class Refused(PlatformFault):
    """The request is wrong in the platform's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and the answer to it."""

    request: HttpRequest
    answer: HttpAnswer


class _Unauthorised(Exception):
    """The token is not good any more."""


@dataclass(slots=True)
class Tokens:
    """The access tokens of this process, and until when each is good."""

    _known: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)

    def of(self, channel_id: UUID, now: datetime) -> str | None:
        token, until = self._known.get(channel_id, (None, now))
        return token if until > now else None

    def keep(self, channel_id: UUID, token: str, until: datetime) -> None:
        self._known[channel_id] = (token, until)

    def forget(self, channel_id: UUID) -> None:
        self._known.pop(channel_id, None)


TOKENS = Tokens()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCaller:
    """Speaks to the platform of one channel."""

    channel: Channel
    adapter: Adapter
    credentials: Mapping[str, str]
    outside: Outside
    now: Callable[[], datetime]

    @classmethod
    async def of(cls, channel_id: UUID, outside: Outside, now: Callable[[], datetime]) -> Self:
        channel = await Channel.get(id=channel_id)
        return cls(
            channel=channel,
            adapter=ADAPTERS[channel.platform],
            credentials=await read_credentials(channel_id),
            outside=outside,
            now=now,
        )

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.channel.settings

    async def ask(self, build: Callable[[Access], HttpRequest]) -> Exchange:
        """What `build` makes, and the platform's answer to it, which is below 300 and no refusal for now.

        A token that is not good any more is renewed once.

        Raises:
            TryLater: no answer, or one that asks to wait; noted in the channel's link.
            Refused: any other answer; a redirect is not followed.
        """
        try:
            return await self._ask(build)
        except _Unauthorised:
            TOKENS.forget(self.channel.id)
        try:
            return await self._ask(build)
        except _Unauthorised:
            raise await self._later("it does not accept our credentials", status=_UNAUTHORISED) from None

    async def _ask(self, build: Callable[[Access], HttpRequest]) -> Exchange:
        request = build(await self.access())
        answer = await self._send(request, self._endpoint())
        verdict = self.adapter.verdict(answer) if answer.status < 300 else Verdict.TAKEN
        if answer.status == _UNAUTHORISED or verdict is Verdict.NOT_LET_IN:
            raise _Unauthorised
        return Exchange(request=request, answer=await self._judged(answer, verdict))

    async def _judged(self, answer: HttpAnswer, verdict: Verdict) -> HttpAnswer:
        wait_s = self.adapter.wait_s(answer)
        if answer.status in (408, 425, 429) or answer.status >= 500 or verdict is Verdict.NOT_NOW:
            raise await self._later(_excerpt(answer), status=answer.status, wait_s=wait_s)
        if answer.status >= 300:
            await link_ok(self.channel.id, now=self.now())
            raise Refused(_excerpt(answer), status=answer.status)
        if wait_s:
            await link_failed(self.channel.id, "it asks us to slow down", wait_s=wait_s, now=self.now())
        else:
            await link_ok(self.channel.id, now=self.now())
        return answer

    async def _later(self, error: str, *, status: int | None = None, wait_s: float | None = None) -> TryLater:
        await link_failed(self.channel.id, error, wait_s=wait_s, now=self.now())
        return TryLater(error, status=status)

    async def _send(self, request: HttpRequest, endpoint: str) -> HttpAnswer:
        try:
            return await self.outside.send(
                request.method,
                endpoint.rstrip("/") + request.path,
                headers=request.headers,
                body=request.body,
                timeout_s=TIMEOUT_S,
            )
        except NoAnswer as silent:
            raise await self._later(str(silent)) from silent

    def _endpoint(self) -> str:
        return str(self.settings.get("endpoint") or self.adapter.endpoint or "")

    async def access(self) -> Access:
        """What requests are made with now; asks for a token where there is none.

        Raises:
            TryLater: there is no token to be had.
        """
        now = self.now()
        access = Access(credentials=self.credentials, settings=self.settings, now=now)
        if self.adapter.token is None:
            return access
        token = TOKENS.of(self.channel.id, now) or await self._new_token(self.adapter.token, access)
        return Access(credentials=self.credentials, settings=self.settings, token=token, now=now)

    async def _new_token(self, form: TokenFormat, access: Access) -> str:
        endpoint = str(self.settings.get("tokenEndpoint") or form.endpoint or self._endpoint())
        answer = await self._send(form.token_request(access), endpoint)
        if answer.status >= 300:
            raise await self._later(f"no access token: {_excerpt(answer)}", status=answer.status)
        try:
            token = form.read_token(answer)
        except Unreadable as odd:
            raise await self._later(f"no access token: {odd}", status=answer.status) from odd
        good_for = max(0.0, token.expires_in_s - _TOKEN_MARGIN_S)
        TOKENS.keep(self.channel.id, token.value, access.now + timedelta(seconds=good_for))
        return token.value


def _excerpt(answer: HttpAnswer) -> str:
    return f"HTTP {answer.status}: {answer.body[:ERROR_LENGTH_MAX].decode(errors='replace')}"
