"""Which media type a GraphQL response is sent as. Pure.

Source: GraphQL over HTTP, section "Body"; RFC 9110, section 12.5.1.
"""

from functools import lru_cache

RESPONSE = "application/graphql-response+json"  # statuses mean something
JSON = "application/json"  # for older clients: 200 for every well-formed request

_OFFERED = {
    RESPONSE: RESPONSE,
    JSON: JSON,
    "application/*": RESPONSE,
    "*/*": JSON,  # what clients send that don't care, and expect JSON from
}


@lru_cache(maxsize=256)
def media_type(accept: str | None) -> str | None:
    """The best supported type that `accept` names; None: none of them is acceptable."""
    if accept is None or not accept.strip():
        return RESPONSE
    weights: dict[str, float] = {}
    for item in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        if kind in _OFFERED and _speaks_utf8(parameters):
            weights[kind] = _weight(parameters)
    best = max(weights, key=lambda kind: weights[kind], default=None)  # the first of equals
    return _OFFERED[best] if best is not None and weights[best] > 0 else None


def accepts(accept: str | None, wanted: str) -> bool:
    """Whether `accept` allows the type `wanted`."""
    kinds = {item.partition(";")[0].strip().lower() for item in (accept or "*/*").split(",")}
    return not kinds.isdisjoint({wanted, f"{wanted.partition('/')[0]}/*", "*/*"})


def is_json(content_type: str | None) -> bool:
    """Whether a request's body is JSON in UTF-8, as it is unless it says otherwise."""
    kind, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    return kind == JSON and _speaks_utf8(parameters)


def _speaks_utf8(parameters: list[str]) -> bool:
    charsets = (
        value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "charset"
    )
    return all(value.strip().strip('"') in ("utf-8", "utf8") for value in charsets)


def _weight(parameters: list[str]) -> float:
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
