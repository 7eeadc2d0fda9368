"""The schema: every topic's queries, mutations and subscriptions in one."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.board.fields import BoardQueries
from api.graphql.catalog.mutations import CatalogMutations
from api.graphql.catalog.queries import CatalogQueries
from api.graphql.channels.mutations import ChannelMutations
from api.graphql.checks.fields import CheckMutations, CheckQueries
from api.graphql.errors import ERROR_TYPES
from api.graphql.executor import LeanExecutor
from api.graphql.exports.fields import ExportMutations, ExportQueries
from api.graphql.extensions import EXTENSIONS
from api.graphql.fulfilment.many import ManyFulfilmentMutations
from api.graphql.fulfilment.mutations import FulfilmentMutations
from api.graphql.fulfilment.queries import FulfilmentQueries
from api.graphql.fulfilment.short_picks import ShortPickMutations
from api.graphql.imports.fields import ImportMutations, ImportQueries
from api.graphql.intake.fields import IntakeMutations, IntakeQueries
from api.graphql.jobs.fields import JobMutations, JobQueries
from api.graphql.listings.mutations import ListingMutations
from api.graphql.listings.queries import ListingQueries
from api.graphql.live import Subscription
from api.graphql.node import NodeQueries
from api.graphql.orders.cancelling import CancellingMutations
from api.graphql.orders.changing import OrderMutations
from api.graphql.orders.many import ManyOrdersMutations
from api.graphql.orders.placing import PlacingMutations
from api.graphql.orders.queries import OrderQueries
from api.graphql.reevaluations.fields import ReevaluationMutations, ReevaluationQueries
from api.graphql.reports.fields import ReportQueries
from api.graphql.rules.fields import RuleMutations, RuleQueries
from api.graphql.scalars import SCALARS
from api.graphql.scanning import ScanQueries
from api.graphql.shadow.fields import ShadowQueries
from api.graphql.simulations.fields import SimulationMutations, SimulationQueries
from api.graphql.stock.mutations import StockMutations
from api.graphql.stock.queries import StockQueries
from api.graphql.training.fields import TrainingMutations
from api.graphql.viewer import ViewerQueries
from api.graphql.views.fields import ViewMutations, ViewQueries
from api.graphql.warehouses.mutations import WarehouseMutations, WarehouseQueries
from api.graphql.waves.mutations import WaveMutations
from api.graphql.waves.queries import WaveQueries
from api.graphql.webhooks.fields import WebhookMutations, WebhookQueries


@strawberry.type(description="What can be read. Every field needs the scope READ unless it says otherwise.")
class Query(
    ViewerQueries,
    NodeQueries,
    ScanQueries,
    BoardQueries,
    CheckQueries,
    ViewQueries,
    OrderQueries,
    FulfilmentQueries,
    StockQueries,
    CatalogQueries,
    IntakeQueries,
    JobQueries,
    ImportQueries,
    ExportQueries,
    RuleQueries,
    SimulationQueries,
    ShadowQueries,
    ReevaluationQueries,
    WarehouseQueries,
    WaveQueries,
    ListingQueries,
    WebhookQueries,
    ReportQueries,
):
    """What can be read."""


@strawberry.type(
    description=(
        "What can be changed. Each mutation is one transaction: it happens as a whole, or answers `userErrors` "
        "and changes nothing. One that answers `results` takes or refuses each row by itself."
    )
)
class Mutation(
    PlacingMutations,
    OrderMutations,
    CancellingMutations,
    ManyOrdersMutations,
    FulfilmentMutations,
    ManyFulfilmentMutations,
    ShortPickMutations,
    StockMutations,
    CatalogMutations,
    ChannelMutations,
    WarehouseMutations,
    IntakeMutations,
    JobMutations,
    CheckMutations,
    ViewMutations,
    ImportMutations,
    ExportMutations,
    RuleMutations,
    SimulationMutations,
    ReevaluationMutations,
    WaveMutations,
    ListingMutations,
    WebhookMutations,
    TrainingMutations,
):
    """What can be changed."""


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=ERROR_TYPES,
    extensions=EXTENSIONS,
    execution_context_class=LeanExecutor,
    config=StrawberryConfig(scalar_map=SCALARS),
)
