"""What the console asks for besides, as written in sql/0017_console.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0016_board")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0017_console.sql"))]  # noqa: RUF012
