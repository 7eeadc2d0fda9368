"""Roll-ups of which reports read fewer rows, as written in sql/0022_lighter_reports.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0021_lighter_writes"), ("forebay", "m0021_places")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0022_lighter_reports.sql"))]  # noqa: RUF012
