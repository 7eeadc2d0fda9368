"""Re-evaluations of open orders, as written in sql/0004_reevaluation.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0003_waves")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0004_reevaluation.sql"))]  # noqa: RUF012
