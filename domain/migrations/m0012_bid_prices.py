"""Bid prices, as written in sql/0012_bid_prices.sql."""

from tortoise.migrations.migration import Migration as TortoiseMigration
from tortoise.migrations.operations import RunSQL

from domain.shared.database.session import statement


class Migration(TortoiseMigration):
    dependencies = [("forebay", "m0011_weight_steps")]  # noqa: RUF012
    operations = [RunSQL(statement(__file__, "sql/0012_bid_prices.sql"))]  # noqa: RUF012
