"""For how long a warehouse is not tried again, as written in sql/0027_ending_exclusions.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0026_patience")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0027_ending_exclusions.sql"))]  # noqa: RUF012
