"""Places, and by what orders and warehouses were located, as written in sql/0021_places.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0020_channel_tokens")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0021_places.sql"))]  # noqa: RUF012
