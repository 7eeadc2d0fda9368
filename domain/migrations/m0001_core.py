"""The core schema, as written in sql/0001_core.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    initial = True
    operations = [RunSQL(statement(__file__, "sql/0001_core.sql"))]  # noqa: RUF012
