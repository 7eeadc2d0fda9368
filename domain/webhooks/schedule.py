"""When a delivery is tried again. Pure, but for the jitter that it is given.

Source: Standard Webhooks, "Deliverability and reliability", the recommended retry schedule.
"""

from datetime import timedelta

# After the first attempt, the second, and so on: three days and a few hours in all.
_PAUSES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2
# An endpoint that fails is left alone by itself, too, so that many orders do not hammer it.
_ENDPOINT_PAUSE_MAX_S = 60


def pause_after(attempts: int, dice: float) -> timedelta | None:
    """How long to wait after so many attempts, with `dice` in [0, 1) for the jitter; None: that was the last."""
    if attempts > len(_PAUSES_S):
        return None
    return timedelta(seconds=_PAUSES_S[attempts - 1] * (1 - JITTER + 2 * JITTER * dice))


def endpoint_pause(failures: int, dice: float) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row."""
    return timedelta(seconds=min(_ENDPOINT_PAUSE_MAX_S, 2 ** min(failures, 10)) * dice)
