"""Speaking to a channel's platform: its address, its token, its patience.

PlatformFault
├─ TryLater    it did not answer, or asks us to wait
└─ Refused     it answered that the request is wrong; the same would be refused again
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar
from urllib.parse import quote
from uuid import UUID

from domain.channels.adapters.contract import (
    Access,
    Adapter,
    HttpAnswer,
    HttpRequest,
    Token,
    TokenFormat,
    Unreadable,
    Verdict,
)
from domain.channels.adapters.registry import ADAPTERS
from domain.channels.credentials.stored import read_credentials
from domain.channels.credentials.tokens import (
    REFRESH_TOKEN,
    NewTokens,
    claim_renewal,
    end_renewal,
    keep_tokens,
    renewal_failed,
    token_standing,
)
from domain.channels.links import link_failed, link_ok
from domain.channels.models import Channel
from workers.outside.client import NoAnswer, Outside

Built = TypeVar("Built")

TIMEOUT_S = 15.0
ERROR_LENGTH_MAX = 300
SECRET_LENGTH_MIN = 6  # what is shorter may be any word of an answer
# A fault is over sooner than what stands before the platform may say: a day of a CDN's is no day of the platform's.
FAULT_WAIT_MAX_S = 3_600.0
# A token is renewed so long before it ends.
_TOKEN_MARGIN = timedelta(seconds=60)
# A token that all processes share may be replaced by any of them.
_REMEMBERED = timedelta(seconds=60)
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
    access: Access

    def read(self, form: Callable[[HttpAnswer], Built]) -> Built:
        """What `form` makes of the answer.

        Raises:
            Unreadable: as `form` does, without what lets us in.
        """
        try:
            return form(self.answer)
        except Unreadable as odd:
            raise Unreadable(told(str(odd), self.access)) from None


class _NotSet(Exception):
    """The platform is spoken to with a credential that the channel was not given."""


class _Credentials(dict[str, str]):
    """A channel's credentials; one that is not there is missed by its name."""

    def __missing__(self, name: str) -> str:
        raise _NotSet(f"its credential `{name}` is not set")


class _Unauthorised(Exception):
    """The token is not good any more."""

    def __init__(self, token: str | None) -> None:
        super().__init__()
        self.token = token


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
    noted: bool = True  # False: what comes of it is not noted in the channel's link

    @classmethod
    async def of(
        cls, channel_id: UUID, outside: Outside, now: Callable[[], datetime], *, noted: bool = True
    ) -> Self:
        channel = await Channel.get(id=channel_id)
        return cls(
            channel=channel,
            adapter=ADAPTERS[channel.platform],
            credentials=_Credentials(await read_credentials(channel_id)),
            outside=outside,
            now=now,
            noted=noted,
        )

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.channel.settings

    async def ask(self, build: Callable[[Access], HttpRequest]) -> Exchange:
        """What `build` makes, and the platform's answer to it, which is below 300 and no refusal for now.

        A token that is not good any more is renewed once.

        Raises:
            TryLater: no answer, one that asks to wait, or a credential is not set; noted in the channel's link.
            Refused: any other answer; a redirect is not followed.
        """
        try:
            return await self._ask(build)
        except _Unauthorised as refused:
            TOKENS.forget(self.channel.id)
            spent = refused.token
        try:
            return await self._ask(build, spent=spent)
        except _Unauthorised:
            raise await self._later("it does not accept our credentials", status=_UNAUTHORISED) from None

    async def _ask(self, build: Callable[[Access], HttpRequest], *, spent: str | None = None) -> Exchange:
        access = await self.access(spent=spent)
        request = await self._built(build, access)
        answer = await self._send(request, self._endpoint())
        verdict = self.adapter.verdict(answer) if answer.status < 300 else Verdict.TAKEN
        if answer.status == _UNAUTHORISED or verdict is Verdict.NOT_LET_IN:
            raise _Unauthorised(access.token)
        return Exchange(request=request, answer=await self._judged(answer, verdict, access), access=access)

    async def built(self, build: Callable[[Access], Built]) -> Built:
        """What `build` makes of what requests are made with now.

        Raises:
            TryLater: there is no token to be had, or a credential is not set.
        """
        return await self._built(build, await self.access())

    async def _built(self, build: Callable[[Access], Built], access: Access) -> Built:
        try:
            return build(access)
        except _NotSet as missing:
            raise await self._later(str(missing)) from None

    async def _judged(self, answer: HttpAnswer, verdict: Verdict, access: Access) -> HttpAnswer:
        wait_s = self.adapter.wait_s(answer)
        if wait_s is not None and answer.status >= 500:
            wait_s = min(wait_s, FAULT_WAIT_MAX_S)
        if answer.status in (408, 425, 429) or answer.status >= 500 or verdict is Verdict.NOT_NOW:
            raise await self._later(_excerpt(answer, access), status=answer.status, wait_s=wait_s)
        if answer.status >= 300:
            await self._went_well()
            raise Refused(_excerpt(answer, access), status=answer.status)
        if wait_s:
            await self._went_wrong("it asks us to slow down", wait_s)
        else:
            await self._went_well()
        return answer

    async def _went_well(self) -> None:
        if self.noted:
            await link_ok(self.channel.id, now=self.now())

    async def _went_wrong(self, error: str, wait_s: float | None) -> None:
        if self.noted:
            await link_failed(self.channel.id, error, wait_s=wait_s, now=self.now())

    async def _later(self, error: str, *, status: int | None = None, wait_s: float | None = None) -> TryLater:
        await self._went_wrong(error, wait_s)
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

    async def access(self, *, spent: str | None = None) -> Access:
        """What requests are made with now; asks for a token where there is none but the `spent` one.

        Raises:
            TryLater: there is no token to be had.
        """
        now = self.now()
        access = Access(credentials=self.credentials, settings=self.settings, now=now)
        form = self.adapter.token
        if form is None:
            return access
        token = TOKENS.of(self.channel.id, now)
        if token is None:
            token = await (
                self._new_token(form, access)
                if form.kept_as is None
                else self._kept(form.kept_as, form, spent)
            )
        return replace(access, token=token)

    async def _new_token(self, form: TokenFormat, access: Access) -> str:
        token = await self._asked_for(form, access)
        until = token.good_until or access.now + timedelta(seconds=token.expires_in_s)
        TOKENS.keep(self.channel.id, token.value, until - _TOKEN_MARGIN)
        return token.value

    async def _asked_for(self, form: TokenFormat, access: Access) -> Token:
        endpoint = str(self.settings.get("tokenEndpoint") or form.endpoint or self._endpoint())
        answer = await self._send(await self._built(form.token_request, access), endpoint)
        if answer.status >= 300:
            raise await self._later(f"no access token: {_excerpt(answer, access)}", status=answer.status)
        try:
            return form.read_token(answer)
        except Unreadable as odd:
            why = told(f"no access token: {odd}", access)
            raise await self._later(why, status=answer.status) from None

    async def _kept(self, kept_as: str, form: TokenFormat, spent: str | None) -> str | None:
        """The token that is kept for all processes, renewed if it is time."""
        now, credentials = self.now(), await read_credentials(self.channel.id)
        standing = await token_standing(self.channel.id)
        kept = credentials.get(kept_as)
        is_good = kept is not None and kept != spent
        is_young = standing.renew_at is not None and now < standing.renew_at
        if REFRESH_TOKEN in credentials and not (is_good and is_young):
            kept = await self._renewed(kept_as, form, kept, is_good=is_good)
        if kept is not None:
            TOKENS.keep(self.channel.id, kept, now + _REMEMBERED)
        return kept

    async def _renewed(self, kept_as: str, form: TokenFormat, kept: str | None, *, is_good: bool) -> str:
        """A new token, kept before it is used; `kept` if it is still good and there is no new one to be had."""
        epoch = await claim_renewal(self.channel.id, now=self.now())
        if epoch is None and kept is not None and is_good:
            return kept
        if epoch is None:
            raise await self._later("its access token is over, and is being renewed or could not be")
        try:
            return await self._renewed_by(epoch, kept_as, form, kept)
        except TryLater:
            if kept is not None and is_good:
                return kept
            raise

    async def _renewed_by(self, epoch: int, kept_as: str, form: TokenFormat, kept: str | None) -> str:
        """A new token, by whoever holds the lease; the one that somebody else got just before, if there is one."""
        access = Access(
            credentials=_Credentials(await read_credentials(self.channel.id)),
            settings=self.settings,
            now=self.now(),
        )
        others = access.credentials.get(kept_as)
        if others is not None and others != kept:
            await end_renewal(self.channel.id, epoch)
            return others
        try:
            token = await self._asked_for(form, access)
        except TryLater as fault:
            await renewal_failed(self.channel.id, epoch, str(fault), now=access.now)
            raise
        until = token.good_until or access.now + timedelta(seconds=token.expires_in_s)
        new = NewTokens(kept_as=kept_as, access=token.value, refresh=token.refresh_token, good_until=until)
        if not await keep_tokens(self.channel.id, epoch, new, now=access.now):
            raise await self._later("its credentials were set while its access token was renewed")
        return token.value


def told(text: str, access: Access) -> str:
    """What a platform says, without what lets us in: some repeat the address that they were asked at."""
    for secret in (access.token or "", *access.credentials.values()):
        if len(secret) >= SECRET_LENGTH_MIN:
            for written in _ways_to_write(secret):
                text = text.replace(written, "***")
    return text


def _ways_to_write(secret: str) -> tuple[str, ...]:
    """As it is, in an address, and in JSON, where a slash may be escaped."""
    in_json = json.dumps(secret)[1:-1]
    return secret, quote(secret, safe=""), in_json, in_json.replace("/", "\\/")


def _excerpt(answer: HttpAnswer, access: Access) -> str:
    return f"HTTP {answer.status}: {told(answer.body.decode(errors='replace'), access)[:ERROR_LENGTH_MAX]}"
