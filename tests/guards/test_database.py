"""The database is what the code takes it for: constraints, indexes, enums, models.

`constraints.txt` is a list written down: a constraint that a migration loses, or gains unseen, is a
difference here. After a wanted change copy what the failing test prints.
"""

import re
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.fields import Field
from tortoise.fields.relational import RelationalField
from tortoise.models import Model

from cli.embedded import Servers
from domain.channels.models import ChannelKind
from domain.exports.formats.names import ExportFormat
from domain.exports.models import ExportState
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.waves.models import WaveState
from domain.imports.models import ImportFormat, ImportState
from domain.intake.outcomes import ChangeKind, ChangeState, MessageOutcome, Source
from domain.jobs.models import JobState
from domain.orders.models import AllocationStatus, FulfilmentStatus, HoldReason, OrderState, Sourcing
from domain.orders.policies import SplitPolicy, StockPolicy
from domain.shared.database import connected, records
from domain.sourcing.models import RuleSetState
from domain.sourcing.planning.model import Outcome
from domain.sourcing.reevaluating.models import ReevaluationState
from domain.sourcing.simulating.models import SimulationState
from domain.webhooks.models import DeliveryState, EndpointState
from tests.databases import on_database

WRITTEN = Path(__file__).with_name("constraints.txt")

_CONSTRAINTS = """
    SELECT conrelid::regclass || ' ' || conname AS name FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u')
      AND conrelid <> 'tortoise_migrations'::regclass
    UNION
    SELECT indrelid::regclass || ' ' || indexrelid::regclass FROM pg_index
    JOIN pg_class c ON c.oid = indexrelid AND c.relnamespace = 'public'::regnamespace
    WHERE indisunique AND indrelid <> 'tortoise_migrations'::regclass
"""
_FOREIGN_KEYS = """
    SELECT c.conrelid::regclass || '.' || a.attname AS name, EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
        AND c.conkey @> (i.indkey::int2[])[0:cardinality(c.conkey) - 1]) AS indexed
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
_CHECKS = "SELECT conname AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE contype = 'c'"
_GENERATED = """
    SELECT a.attrelid::regclass || '.' || a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS text
    FROM pg_attribute a JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum) WHERE a.attgenerated = 's'
"""
_COLUMNS = """
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
    FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
# Nothing deletes a warehouse or a variant, and the transfers of one are few.
NOT_INDEXED = {"transfers.from_warehouse_id", "transfers.variant_id"}
# The feed's own: how far a transaction is announced.
# Messages' bodies are read one by one.
NOT_MODELLED = {"stock_entries": {"xid"}, "inbound_messages": {"body", "headers"}}
TYPES = {
    "BIGINT": "bigint",
    "BOOL": "boolean",
    "BYTEA": "bytea",
    "DATE": "date",
    "DOUBLE PRECISION": "double precision",
    "INT": "integer",
    "JSONB": "jsonb",
    "SMALLINT": "smallint",
    "SMALLINT[]": "smallint[]",
    "TEXT": "text",
    "TEXT[]": "text[]",
    "TIMESTAMPTZ": "timestamp with time zone",
    "UUID": "uuid",
    "UUID[]": "uuid[]",
}
ENUMS: dict[str, type[StrEnum]] = {
    "channels_kind_known": ChannelKind,
    "exports_format_known": ExportFormat,
    "exports_state_known": ExportState,
    "fulfilment_orders_state_known": FulfilmentState,
    "imports_format_known": ImportFormat,
    "imports_state_known": ImportState,
    "inbound_messages_outcome_known": MessageOutcome,
    "inbound_messages_source_known": Source,
    "jobs_state_known": JobState,
    "order_changes_kind_known": ChangeKind,
    "order_changes_state_known": ChangeState,
    "order_holds_reason_known": HoldReason,
    "orders.allocation_status": AllocationStatus,
    "orders.fulfilment_status": FulfilmentStatus,
    "orders_sourcing_known": Sourcing,
    "orders_split_policy_known": SplitPolicy,
    "orders_state_known": OrderState,
    "orders_stock_policy_known": StockPolicy,
    "rule_sets_state_known": RuleSetState,
    "simulations_state_known": SimulationState,
    "sourcing_decisions_outcome_known": Outcome,
    "sourcing_reevaluations_state_known": ReevaluationState,
    "waves_state_known": WaveState,
    "webhook_deliveries_state_known": DeliveryState,
    "webhook_endpoints_state_known": EndpointState,
}


@pytest.fixture(scope="module", autouse=True)
async def migrated(servers: Servers, template: str) -> AsyncIterator[None]:
    async with connected(on_database(servers.database_url, template), pool_max=2):
        yield


def _models() -> Iterator[type[Model]]:
    assert Tortoise.apps is not None
    yield from Tortoise.apps["forebay"].values()


async def test_the_constraints_are_those_written_down() -> None:
    found = sorted(row["name"] for row in await records(_CONSTRAINTS))
    assert found == WRITTEN.read_text().splitlines(), "\n".join(found)


async def test_every_foreign_key_has_an_index() -> None:
    keys = await records(_FOREIGN_KEYS)
    assert len(keys) > 20
    assert {row["name"] for row in keys if not row["indexed"]} == NOT_INDEXED


async def test_names_of_states_are_the_same_in_code_and_database() -> None:
    said = {row["name"]: row["text"] for row in [*await records(_CHECKS), *await records(_GENERATED)]}
    for name, kind in ENUMS.items():
        assert set(re.findall(r"'([A-Z0-9_]+)'", said[name])) == set(kind), name
    unknown = {name for name in said if name.endswith(("_state_known", "_kind_known"))} - ENUMS.keys()
    # few words each, in SQL alone
    assert unknown == {
        "holds_state_known",
        "transfers_state_known",
    }


def test_every_model_is_looked_at() -> None:
    assert len(list(_models())) >= 13


async def test_models_are_their_tables() -> None:
    for model in _models():
        table = model._meta.db_table
        columns = {row["name"]: row for row in await records(_COLUMNS, table)}
        fields = {field.source_field or name: field for name, field in model._meta.fields_map.items()}
        assert not any(isinstance(field, RelationalField) for field in fields.values()), table
        assert columns.keys() - fields.keys() == NOT_MODELLED.get(table, set()), table
        assert fields.keys() <= columns.keys(), table
        for name, field in fields.items():
            column = columns[name]
            assert field.null != column["required"], f"{table}.{name}: NULL or not"
            assert _type(field) == column["type"], f"{table}.{name}"


def _type(field: Field[Any]) -> str:
    return TYPES[field.get_for_dialect("postgres", "SQL_TYPE").upper()]
