"""Polling platforms for orders, as written in sql/0008_polling.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0007_listings")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0008_polling.sql"))]  # noqa: RUF012
