"""A day is compared page by page, from where it stopped, as written in sql/0030_sweep_positions.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0029_category_sales")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0030_sweep_positions.sql"))]  # noqa: RUF012
