"""One order in which days are locked, as written in sql/0023_order_of_days.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0022_lighter_reports")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0023_order_of_days.sql"))]  # noqa: RUF012
