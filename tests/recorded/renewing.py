"""How each platform whose tokens renew themselves is asked for that, and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from domain.channels.adapters.contract import HttpAnswer
from tests.partner import Received, json_answer
from tests.recorded import pinduoduo, taobao
from tests.recorded.stock import form


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewing:
    """`asks` is the refresh token that a request would renew by, `spoken` the access token that it is made with."""

    asks: Callable[[Received], str | None]
    spoken: Callable[[Received], str | None]
    gives: Callable[[str, str, datetime, float], HttpAnswer]  # access, refresh, now, seconds
    refuses: HttpAnswer


def _jd_gives(access: str, refresh: str, _now: datetime, seconds: float) -> HttpAnswer:
    return json_answer({"access_token": access, "refresh_token": refresh, "expires_in": seconds, "uid": "1"})


def _pinduoduo_gives(access: str, refresh: str, now: datetime, seconds: float) -> HttpAnswer:
    given = {
        "access_token": access,
        "refresh_token": refresh,
        "expires_in": seconds,
        "expires_at": int(now.timestamp() + seconds),
        "owner_id": "1",
    }
    return pinduoduo.answer({"pop_auth_token_refresh_response": given})


def _taobao_gives(access: str, refresh: str, now: datetime, seconds: float) -> HttpAnswer:
    result = {
        "access_token": access,
        "refresh_token": refresh,
        "expire_time": int((now.timestamp() + seconds) * 1_000),
        "taobao_user_nick": "qingshan",
    }
    return taobao.answer({"top_auth_token_refresh_response": {"token_result": orjson.dumps(result).decode()}})


RENEWING: Mapping[str, Renewing] = {
    "jd": Renewing(
        asks=lambda request: request.query.get("refresh_token"),
        spoken=lambda request: form(request).get("access_token"),
        gives=_jd_gives,
        refuses=json_answer({"code": 400, "msg": "invalid refresh_token"}),
    ),
    "pinduoduo": Renewing(
        asks=lambda request: form(request).get("refresh_token"),
        spoken=lambda request: form(request).get("access_token"),
        gives=_pinduoduo_gives,
        refuses=pinduoduo.refused(10_016, "refresh_token已过期"),
    ),
    "taobao": Renewing(
        asks=lambda request: form(request).get("refresh_token"),
        spoken=lambda request: form(request).get("session"),
        gives=_taobao_gives,
        refuses=taobao.refused(15, "isv.refresh-token-invalid", "refresh token is invalid"),
    ),
}
