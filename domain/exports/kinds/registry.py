"""What can be exported: a new kind is one file and one line here."""

from collections.abc import Mapping
from typing import Final

from domain.exports.kinds.kind import Kind
from domain.exports.kinds.orders import ORDERS
from domain.exports.kinds.reports import REPORT_KINDS

KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (ORDERS, *REPORT_KINDS)}
