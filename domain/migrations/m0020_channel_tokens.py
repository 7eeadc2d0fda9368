"""Tokens that renew themselves, as written in sql/0020_channel_tokens.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0019_message_search")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0020_channel_tokens.sql"))]  # noqa: RUF012
