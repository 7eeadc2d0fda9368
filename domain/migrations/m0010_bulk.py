"""Imports of files, as written in sql/0010_bulk.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0009_webhooks")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0010_bulk.sql"))]  # noqa: RUF012
