"""What units cost when they were ordered, as written in sql/0025_costs_of_lines.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0024_fenced_leases")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0025_costs_of_lines.sql"))]  # noqa: RUF012
