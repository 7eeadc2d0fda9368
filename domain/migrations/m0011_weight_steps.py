"""Steps of weight in the tariff, as written in sql/0011_weight_steps.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0010_bulk")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0011_weight_steps.sql"))]  # noqa: RUF012
