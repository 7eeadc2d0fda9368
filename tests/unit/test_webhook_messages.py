"""Signatures and the schedule of attempts, by the specification's own figures."""

from datetime import UTC, datetime, timedelta

from domain.webhooks.message import headers_of, type_of
from domain.webhooks.schedule import endpoint_pause, pause_after

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_the_specifications() -> None:
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, tz=UTC)
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [SECRET], at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"
    both = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [SECRET, "whsec_AAAAAAAAAAAAAAAAAAAA"], at)
    assert len(both["webhook-signature"].split(" ")) == 2


def test_types_are_named_as_the_specification_suggests() -> None:
    assert type_of("ORDER_PLACED") == "order.placed"
    assert type_of("FULFILMENT_SHIPPED") == "fulfilment.shipped"


def test_attempts_are_spread_over_three_days_with_jitter() -> None:
    for dice in (0.0, 0.5, 0.999):
        pauses = [pause_after(attempts, dice) for attempts in range(1, 10)]
        total = sum((pause for pause in pauses if pause), timedelta())
        assert timedelta(days=2.5) < total < timedelta(days=4)
        assert pause_after(10, dice) is None
    assert pause_after(1, 0.0) != pause_after(1, 0.9)


def test_an_endpoint_is_never_left_alone_for_long() -> None:
    assert endpoint_pause(1, 0.5) == timedelta(seconds=1)
    assert endpoint_pause(99, 1.0) == timedelta(seconds=60)
