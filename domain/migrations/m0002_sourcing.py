"""Sourcing by rules, calendars and capacity, as written in sql/0002_sourcing.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0001_core")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0002_sourcing.sql"))]  # noqa: RUF012
