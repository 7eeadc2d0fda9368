"""Tags that are looked for, as written in sql/0005_rules.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0004_reevaluation")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0005_rules.sql"))]  # noqa: RUF012
