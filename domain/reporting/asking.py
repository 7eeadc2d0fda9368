"""What is asked of a report, judged: a span of days, how it is cut and compared, and what is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from domain.reporting.periods import Comparison, Grain, Span
from domain.reporting.report import Report
from domain.shared.forms import A_CURRENCY, A_TIMEZONE, CURRENCY, is_timezone
from domain.shared.refusal import InvalidInput

DAYS_MAX = 1_830
PERIODS_MAX = 1_000
ROWS_MAX = 500
NAMES_MAX = 500
_YEARS = range(1970, 9_000)


class InvalidReport(InvalidInput):
    """This cannot be asked of a report; `field` says what."""

    code = "INVALID_REPORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishment:
    """How stock is ordered: how long that takes, give or take, how sure to be, and for how long to order."""

    lead_time_days: float = 14.0
    lead_time_deviation_days: float = 0.0
    service_level: float = 0.95
    cover_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReport:
    """A span and how to look at it.

    The first and last day are local days of the time zone. Channels, warehouses, categories and SKUs None: all.
    `rows_max` None: every row.
    """

    first_day: date
    last_day: date
    timezone: str
    currency: str
    grain: Grain = Grain.DAY
    comparison: Comparison = Comparison.NONE
    channels: Sequence[str] | None = None
    warehouses: Sequence[str] | None = None
    categories: Sequence[str] | None = None
    skus: Sequence[str] | None = None
    rows_max: int | None = ROWS_MAX
    after: str | None = None
    replenishment: Replenishment = Replenishment()


def span_of(ask: AskReport, report: Report) -> Span:
    """The span that is asked for, once everything asked is possible.

    Raises:
        InvalidReport: it is not.
    """
    if not is_timezone(ask.timezone):
        raise InvalidReport(f"Needs {A_TIMEZONE}.", field="timezone")
    if not CURRENCY.fullmatch(ask.currency):
        raise InvalidReport(f"Needs {A_CURRENCY}.", field="currencyCode")
    if ask.first_day.year not in _YEARS or ask.last_day.year not in _YEARS:
        raise InvalidReport("The year is out of range.", field="from")
    span = Span(ask.first_day, ask.last_day, ZoneInfo(ask.timezone))
    if not 1 <= span.days <= DAYS_MAX:
        raise InvalidReport(f"Needs 1 to {DAYS_MAX} days.", field="to")
    if report.by_grain and len(span.cut(ask.grain)) - 1 > PERIODS_MAX:
        raise InvalidReport(f"That is more than {PERIODS_MAX} periods: take a coarser grain.", field="grain")
    _require_few(ask)
    _require_orderly(ask.replenishment)
    return span


def _require_few(ask: AskReport) -> None:
    for name in ("channels", "warehouses", "categories", "skus"):
        if len(getattr(ask, name) or ()) > NAMES_MAX:
            raise InvalidReport(f"Name {NAMES_MAX} at most.", field=name)
    if ask.rows_max is not None and not 1 <= ask.rows_max <= ROWS_MAX:
        raise InvalidReport(f"Needs 1 to {ROWS_MAX} rows.", field="first")


def _require_orderly(how: Replenishment) -> None:
    if not 0 <= how.lead_time_days <= DAYS_MAX:
        raise InvalidReport(f"Needs 0 to {DAYS_MAX} days.", field="replenishment.leadTimeDays")
    if not 0 <= how.lead_time_deviation_days <= DAYS_MAX:
        raise InvalidReport(f"Needs 0 to {DAYS_MAX} days.", field="replenishment.leadTimeDeviationDays")
    if not 0.5 <= how.service_level <= 0.9999:
        raise InvalidReport("Needs 0.5 to 0.9999.", field="replenishment.serviceLevel")
    if not 0 <= how.cover_days <= DAYS_MAX:
        raise InvalidReport(f"Needs 0 to {DAYS_MAX} days.", field="replenishment.coverDays")
