"""Where the feed begins after a restore, as written in sql/0002_restored_feed.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0001_core")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0002_restored_feed.sql"))]  # noqa: RUF012
