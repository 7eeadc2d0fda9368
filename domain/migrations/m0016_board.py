"""The board's counts by minute, as written in sql/0016_board.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0012_bid_prices")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0016_board.sql"))]  # noqa: RUF012
