// What is asked of a report, as the address says it.
import { chosen } from "../../parts/filters.js";
import { place } from "../../router.js";

const DAY_MS = 86_400_000;
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const PERIOD = "last30";

const day = (text) => new Date(`${text}T00:00:00Z`);
const text = (moment) => moment.toISOString().slice(0, 10);
const later = (from, days) => text(new Date(+day(from) + days * DAY_MS));
const monthOf = (from, later = 0) => text(new Date(Date.UTC(day(from).getUTCFullYear(), day(from).getUTCMonth() + later, 1)));

/** Spans by name: from the first day to the last, both included. */
export const PERIODS = {
  today: (today) => [today, today],
  last7: (today) => [later(today, -6), today],
  last30: (today) => [later(today, -29), today],
  last90: (today) => [later(today, -89), today],
  thisMonth: (today) => [monthOf(today), today],
  lastMonth: (today) => [monthOf(today, -1), later(monthOf(today), -1)],
  last12Months: (today) => [monthOf(today, -11), today],
  thisYear: (today) => [`${today.slice(0, 4)}-01-01`, today],
};

/** Today's date where the time zone is. */
const todayIn = (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());

/** The span, and what it is called: dates of the address, else one of PERIODS up to today. */
export function spanOf({ from, to, period = PERIOD, timezone = HERE }) {
  const named = from || to ? null : Object.hasOwn(PERIODS, period) ? period : PERIOD;
  const [first, last] = PERIODS[named ?? PERIOD](todayIn(timezone));
  return { period: named, from: from || (to ? later(to, -29) : first), to: to || last };
}

/** The grain that makes a picture of some dozens of periods. */
function fitting({ from, to }) {
  const days = (day(to) - day(from)) / DAY_MS + 1;
  return days <= 3 ? "HOUR" : days <= 92 ? "DAY" : days <= 366 ? "WEEK" : "MONTH";
}

const any = (name) => (chosen(name).length ? chosen(name).map((value) => value.trim()).filter(Boolean) : null);

/** How stock is ordered; what the address does not say is as the API has it. */
function replenishment({ lead, deviation, service, cover }) {
  const given = { leadTimeDays: lead, leadTimeDeviationDays: deviation, serviceLevel: service && service / 100, coverDays: cover };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value).map(([name, value]) => [name, Number(value)]));
}

/** The ReportInput for a report: only what narrows it. */
export function askedOf(report) {
  const { query } = place.value;
  const { from, to } = spanOf(query);
  const takes = (filter, value) => (report.filters.includes(filter) ? value : null);
  return {
    from,
    to,
    timezone: query.timezone ?? HERE,
    grain: report.byGrain ? (query.grain ?? fitting({ from, to })) : "DAY",
    comparison: query.compare ?? "NONE",
    currencyCode: takes("CURRENCY", query.currency ?? null),
    channels: takes("CHANNELS", any("channel")),
    warehouses: takes("WAREHOUSES", any("warehouse")),
    categories: takes("CATEGORIES", any("category")),
    skus: takes("SKUS", any("sku")),
    replenishment: takes("REPLENISHMENT", replenishment(query)) ?? {},
  };
}
