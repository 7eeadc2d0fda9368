"""What this process counts, for Prometheus. Each API process answers for itself: scrape each."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

REGISTRY = CollectorRegistry(auto_describe=True)

OPERATIONS = Counter(
    "forebay_graphql_operations_total",
    "GraphQL operations, by kind and how they ended.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "forebay_graphql_seconds",
    "How long queries and mutations took.",
    ("kind",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
FOLLOWERS = Gauge("forebay_feed_followers", "Subscriptions that follow the feed.", registry=REGISTRY)
FEED_POSITION = Gauge("forebay_feed_position", "How far this process has read the feed.", registry=REGISTRY)
FEED_PAGES = Counter(
    "forebay_feed_pages_total", "Pages read for subscribers that were behind the ring.", registry=REGISTRY
)
FEED_FAILURES = Counter("forebay_feed_failures_total", "Times the feed could not be read.", registry=REGISTRY)
DELIVERIES = Counter(
    "forebay_webhook_deliveries_total",
    "Deliveries that platforms pushed, by how they were taken.",
    ("platform", "receipt"),
    registry=REGISTRY,
)
DELIVERY_SECONDS = Histogram(
    "forebay_webhook_seconds",
    "How long it took until a delivery was archived and could be answered.",
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)


def exposition() -> tuple[bytes, str]:
    """The metrics' text and its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
