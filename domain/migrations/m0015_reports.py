"""Roll-ups for reports, and what a unit costs, as written in sql/0015_reports.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0017_console")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0015_reports.sql"))]  # noqa: RUF012
