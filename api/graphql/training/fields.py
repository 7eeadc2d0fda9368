"""The training company, founded anew by whoever practises there."""

import strawberry

from api.graphql.info import Info
from api.graphql.payloads import Payload, refusable
from api.graphql.resolvers import mutation
from domain.training.reset_company import reset_company


@strawberry.type(description="Empty where the training company is being founded anew, or why it is not.")
class ResetTrainingCompanyPayload(Payload):
    """Empty where the training company is being founded anew."""


@strawberry.type
class TrainingMutations:
    """The training company, founded anew."""

    @mutation(
        description=(
            "Give the training company up and found another in its place, which takes some seconds: everything in it is gone, "
            "and so are its keys; `/console/config.json` has the new one. A real company answers NOT_TRAINING. "
            "Needs the scope ORDERS_WRITE."
        )
    )
    @refusable(ResetTrainingCompanyPayload)
    async def reset_training_company(self, info: Info) -> ResetTrainingCompanyPayload:
        reset_company(by=info.context.actor)
        return ResetTrainingCompanyPayload()
