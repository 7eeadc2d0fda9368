// A report's values as the reader's locale writes them, by what the API says they are.
import { inZone, money, number, percent, unit } from "../../format.js";

const PERIODS = {
  HOUR: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  DAY: { day: "numeric", month: "short", weekday: "short" },
  WEEK: { day: "numeric", month: "short", year: "numeric" },
  MONTH: { month: "short", year: "numeric" },
};

const WRITTEN = {
  TEXT: (value) => value,
  TIME: (value, { grain, timezone }) => inZone(value, timezone, PERIODS[grain]),
  COUNT: (value) => number(value),
  NUMBER: (value) => number(value, { maximumFractionDigits: 2 }),
  MONEY: (value, { currencyCode }) => money({ amount: value, currencyCode }),
  SHARE: (value) => percent(value, 1),
  DAYS: (value) => unit(value, "day", 1),
  HOURS: (value) => unit(value, "hour", 1),
  KILOMETRES: (value) => unit(value, "kilometer"),
};

/** A value of a column; `how` has what the whole report is in: {currencyCode, timezone, grain}. */
export const written = (column, value, how) => (value === null || value === undefined || value === "" ? "–" : WRITTEN[column.unit](value, how));

/** The same for the axis of a chart, where it has to be short. */
export function short(column, value, { currencyCode }) {
  const least = { notation: "compact", maximumFractionDigits: 1 };
  if (column.unit === "MONEY") return number(value, { ...least, style: "currency", currency: currencyCode, currencyDisplay: "narrowSymbol", minimumFractionDigits: 0 });
  return column.unit === "SHARE" ? percent(value, 1) : number(value, least);
}

export const isText = ({ unit }) => unit === "TEXT" || unit === "TIME";

/** "+12.5 %" */
export const growth = (share) => number(share, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });

/** By what share `now` is more than `before`, which are numbers or decimal texts; null if that cannot be said. */
export const grownBy = (now, before) => (Number(before) > 0 && now !== null ? Number(now) / Number(before) - 1 : null);
