"""What may be wrong about an endpoint."""

from domain.shared.refusal import InvalidInput, NotFound


class InvalidWebhookEndpoint(InvalidInput):
    """The endpoint cannot be like this; `field` says what is wrong."""

    code = "INVALID_WEBHOOK_ENDPOINT"


class UnknownWebhookEndpoint(NotFound):
    """There is no such endpoint."""

    code = "UNKNOWN_WEBHOOK_ENDPOINT"


class UnknownWebhookDelivery(NotFound):
    """There is no such delivery."""

    code = "UNKNOWN_WEBHOOK_DELIVERY"
