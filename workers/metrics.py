"""What workers count."""

from prometheus_client import Counter, Gauge, Histogram

JOBS = Counter("forebay_jobs_total", "Jobs run by kind and outcome", ["kind", "outcome"])
ALLOCATED = Counter("forebay_orders_allocated_total", "Orders decided by the allocation worker")
ALLOCATION_SECONDS = Histogram("forebay_allocation_round_seconds", "One round of allocation")
FED = Counter("forebay_feed_positions_total", "Feed positions given by the relay")
HOLDS_EXPIRED = Counter("forebay_holds_expired_total", "Holds ended by the sweeper")
LISTINGS_HEARD = Counter(
    "forebay_listings_pushed_total", "Quantities sent to platforms, by whether they heard", ["heard"]
)
LISTINGS_DRIFTED = Gauge(
    "forebay_listings_drifted", "Listings that drift from what they should say", ["channel", "drift"]
)
WEBHOOKS = Counter(
    "forebay_webhook_attempts_total", "Attempts at telling endpoints, by what came of them", ["outcome"]
)
TOKENS_GOOD = Gauge(
    "forebay_channel_token_good_seconds", "For how long a channel's access token is still good", ["channel"]
)
TOKENS_FAILING = Gauge(
    "forebay_channel_token_failing", "1 while a channel's access token cannot be renewed", ["channel"]
)
MESSAGES_MISSED = Counter("forebay_messages_missed_total", "Orders that only the daily comparison found")
REDIS_AWAY = Gauge("forebay_relay_redis_away", "1 while the relay cannot reach Redis")
MESSAGES = Counter("forebay_messages_worked_off_total", "Messages of channels looked at by intake")
REEVALUATED = Counter(
    "forebay_orders_reevaluated_total", "Orders by what a re-evaluation did with them", ["outcome"]
)
REEVALUATION_SAVED = Counter("forebay_reevaluation_saved_minor_total", "What moves saved", ["currency"])
REEVALUATION_SECONDS = Histogram(
    "forebay_reevaluation_seconds",
    "One re-evaluation of all open orders",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 120),
)
