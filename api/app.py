"""The ASGI application: its routes, and what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from api.authentication import Authenticator
from api.console.serving import console_routes
from api.documents.endpoint import WaveDocuments
from api.endpoints import Metrics, Readiness, healthz, landing
from api.exports import download
from api.graphql.context import RequestContext
from api.graphql.execution import Operations
from api.graphql.loaders import Loaders
from api.graphql.over_http import HttpEndpoint
from api.graphql.over_sse import EventStreamEndpoint
from api.graphql.over_websocket import WebSocketEndpoint
from api.graphql.schema import schema as the_schema
from api.imports import ImportUploads
from api.known_channels import KnownChannels
from api.live.following import LiveFeed
from api.live.hints import ended, listen
from api.live.hub import FeedHub
from api.webhooks import WebhookEndpoint
from domain.access.keys import pepper
from domain.intake.gather import MessageIntake
from domain.orders.gather import OrderIntake
from domain.shared.actor import Actor
from domain.shared.clock import utc_now
from domain.shared.database import connect, disconnect
from domain.shared.settings import Settings, settings

# Any page may call the API: nothing here goes by cookies, so a page without a key gains nothing.
_CORS = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "POST", "PATCH"],
    allow_headers=["authorization", "content-type", "last-event-id", "upload-offset", "upload-complete"],
    expose_headers=["location", "upload-offset", "upload-complete"],
    max_age=600,
)


def create_app(
    config: Settings | None = None, *, schema: strawberry.Schema | None = None, connect_database: bool = True
) -> Starlette:
    """Forebay's API over HTTP, WebSocket and SSE.

    `connect_database=False` is for a process that has its pool already, as tests do.
    """
    config = config or settings()
    hub = FeedHub()
    intake = OrderIntake(utc_now)
    messages = MessageIntake(utc_now)
    operations = Operations(schema or the_schema, hub, context_factory(intake))
    authenticator = Authenticator()
    uploads = ImportUploads(authenticator)
    app = Starlette(
        routes=[
            Route("/graphql", HttpEndpoint(operations, authenticator).respond, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", WebSocketEndpoint(operations, authenticator).serve),
            Route(
                "/graphql/stream",
                EventStreamEndpoint(operations, authenticator).respond,
                methods=["GET", "POST"],
            ),
            Route("/imports", uploads.create, methods=["POST"]),
            Route("/imports/{id}", uploads.respond, methods=["HEAD", "PATCH"]),
            Route("/imports/{id}/errors.{form}", uploads.errors),
            Route("/exports/{id}", download, methods=["GET"]),
            Route("/waves/{wave}/{document}", WaveDocuments(authenticator).respond),
            Route(
                "/channels/{code}/webhook",
                WebhookEndpoint(messages, KnownChannels(), config).respond,
                methods=["GET", "POST"],
            ),
            Route("/healthz", healthz),
            Route("/readyz", Readiness().respond),
            Route("/metrics", Metrics(authenticator).respond),
            *(console_routes(config) if config.console else [Route("/", landing)]),
        ],
        middleware=[_CORS],
        lifespan=lifespan(config, hub, (intake, messages), connect_database=connect_database),
    )
    app.state.hub = hub  # what stops the server closes it first
    return app


def lifespan(
    config: Settings,
    hub: FeedHub,
    intakes: tuple[OrderIntake, MessageIntake],
    *,
    connect_database: bool,
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Open what the application needs, and close it in the opposite order."""

    @asynccontextmanager
    async def run(_app: Starlette) -> AsyncIterator[None]:
        pepper()  # without it no key could be recognised: better not to start
        if connect_database:
            assert config.database_url, "FOREBAY_DATABASE_URL is unset"
            await connect(config.database_url, pool_max=config.pool_max, application="forebay api")
        hub.start()
        hints = asyncio.create_task(listen(config.redis_url, hub.hint)) if config.redis_url else None
        try:
            yield
        finally:
            await ended(hints)
            await hub.stop()
            for intake in intakes:
                await intake.stop()
            if connect_database:
                await disconnect()

    return run


def context_factory(intake: OrderIntake) -> Callable[[Actor, LiveFeed], RequestContext]:
    """Contexts with loaders of their own."""

    def new_context(actor: Actor, live: LiveFeed) -> RequestContext:
        return RequestContext(actor=actor, loaders=Loaders(), intake=intake, live=live, now=utc_now)

    return new_context
