"""Channels' settings and credentials, what they send, and order changes, as written in sql/0006_intake.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0005_rules")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0006_intake.sql"))]  # noqa: RUF012
