"""Where the ORM models live: one module a feature."""

MODEL_MODULES = (
    "domain.access.models",
    "domain.catalog.models",
    "domain.channels.models",
    "domain.checks.models",
    "domain.exports.models",
    "domain.fulfilment.models",
    "domain.fulfilment.waves.models",
    "domain.imports.models",
    "domain.intake.models",
    "domain.intake.polling.models",
    "domain.jobs.models",
    "domain.listings.models",
    "domain.orders.models",
    "domain.sourcing.models",
    "domain.sourcing.reevaluating.models",
    "domain.sourcing.simulating.models",
    "domain.stock.models",
    "domain.views.models",
    "domain.warehouses.models",
    "domain.webhooks.models",
)
