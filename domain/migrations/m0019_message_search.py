"""Searching messages by reference, as written in sql/0019_message_search.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0018_search")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0019_message_search.sql"))]  # noqa: RUF012
