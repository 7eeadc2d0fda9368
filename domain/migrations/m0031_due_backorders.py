"""Which backorders are due is asked of an index of them alone, as written in sql/0031_due_backorders.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0030_sweep_positions")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0031_due_backorders.sql"))]  # noqa: RUF012
