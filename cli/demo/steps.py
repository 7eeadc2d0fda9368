"""Fulfilment steps for many parcels at once."""

from typing import Any, Final

from cli.client import Client, KeyRefused, require_done

_TAKE: Final = """
mutation Step($input: %s!) {
  step: %sFulfilmentOrders(input: $input) {
    results { userErrors { code } }
    userErrors { code message field }
  }
}
"""
_INPUTS: Final = {"reject": "RejectFulfilmentOrdersInput", "ship": "ShipFulfilmentOrdersInput"}


async def take(client: Client, step: str, asked: dict[str, Any]) -> list[bool]:
    """Whether each of the parcels took the step; one that was cancelled or held meanwhile didn't.

    `asked` is the mutation's input, for up to 500 parcels.

    Raises:
        ApiError: the API can't be asked, or the key may not do this.
    """
    document = _TAKE % (_INPUTS.get(step, "FulfilmentStepsInput"), step)
    answer = (await client.ask(document, input=asked))["step"]
    if any(error["code"] == "NOT_ALLOWED" for error in answer["userErrors"]):
        raise KeyRefused(client.url)
    require_done(answer, step)
    return [not result["userErrors"] for result in answer["results"]]
