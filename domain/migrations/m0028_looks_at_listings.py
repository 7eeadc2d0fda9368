"""When listings were last looked at, as written in sql/0028_looks_at_listings.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0027_ending_exclusions")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0028_looks_at_listings.sql"))]  # noqa: RUF012
