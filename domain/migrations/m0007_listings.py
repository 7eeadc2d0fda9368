"""What channels are told about stock, as written in sql/0007_listings.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0006_intake")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0007_listings.sql"))]  # noqa: RUF012
