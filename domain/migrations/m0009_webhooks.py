"""Outbound webhooks, as written in sql/0009_webhooks.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0008_polling")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0009_webhooks.sql"))]  # noqa: RUF012
