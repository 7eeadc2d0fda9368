"""Sales by category have a roll-up of their own, as written in sql/0029_category_sales.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0028_looks_at_listings")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0029_category_sales.sql"))]  # noqa: RUF012
