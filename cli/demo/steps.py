"""Fulfilment steps for many parcels at once: up to twenty mutations in one document."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from cli.client import Client, KeyRefused

TOGETHER_MAX: Final = 20  # root fields that the API takes in one document

_INPUTS: Final = {
    "accept": "FulfilmentStepInput",
    "reject": "RejectFulfilmentOrderInput",
    "pick": "FulfilmentStepInput",
    "pack": "FulfilmentStepInput",
    "ship": "ShipFulfilmentOrderInput",
    "deliver": "FulfilmentStepInput",
}


@cache
def document(step: str, count: int) -> str:
    """The mutation that takes `step` for `count` parcels; as few texts as possible, for the API's cache."""
    variables = ", ".join(f"$i{n}: {_INPUTS[step]}!" for n in range(count))
    fields = "\n".join(
        f"  s{n}: {step}FulfilmentOrder(input: $i{n}) {{ userErrors {{ code message }} }}"
        for n in range(count)
    )
    return f"mutation Step({variables}) {{\n{fields}\n}}"


async def take(client: Client, step: str, inputs: Sequence[dict[str, Any]]) -> list[bool]:
    """Whether each of the parcels took the step; one that was cancelled or held meanwhile didn't.

    Raises:
        ApiError: the API can't be asked, or the key may not do this.
    """
    taken: list[bool] = []
    for start in range(0, len(inputs), TOGETHER_MAX):
        part = inputs[start : start + TOGETHER_MAX]
        answer = await client.ask(document(step, len(part)), **{f"i{n}": one for n, one in enumerate(part)})
        for n in range(len(part)):
            codes = {error["code"] for error in answer[f"s{n}"]["userErrors"]}
            if "NOT_ALLOWED" in codes:
                raise KeyRefused(client.url)
            taken.append(not codes)
    return taken
