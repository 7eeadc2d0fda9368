"""What bid prices would have saved, as written in sql/0013_bid_price_shadow.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0015_reports")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0013_bid_price_shadow.sql"))]  # noqa: RUF012
