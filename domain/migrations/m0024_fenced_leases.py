"""Leases on channels and endpoints have epochs, as written in sql/0024_fenced_leases.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0023_order_of_days")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0024_fenced_leases.sql"))]  # noqa: RUF012
