// Numbers, money and time as the reader's locale writes them.
import { locale } from "./i18n.js";

const known = new Map();

/** Making an Intl formatter is slow, using one is not. */
function formatter(kind, options) {
  const name = `${kind.name} ${locale()} ${JSON.stringify(options)}`;
  if (!known.has(name)) known.set(name, new kind(locale(), options));
  return known.get(name);
}

export const number = (value, options = {}) => formatter(Intl.NumberFormat, options).format(value);

export const percent = (share, digits = 0) => number(share, { style: "percent", maximumFractionDigits: digits });

/** `amount` is a decimal text, and is formatted as such: no float touches it. */
export const money = ({ amount, currencyCode }) => number(amount, { style: "currency", currency: currencyCode });

export const unit = (value, name, digits = 0) =>
  number(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });

const moment = (options) => (at) => formatter(Intl.DateTimeFormat, options).format(new Date(at));

export const date = moment({ dateStyle: "medium" });
export const time = moment({ timeStyle: "short" });
export const dateTime = moment({ dateStyle: "medium", timeStyle: "short" });
export const exactly = moment({ dateStyle: "full", timeStyle: "long" });

/** A moment as the clocks of a time zone show it. */
export const inZone = (at, timeZone, options) => formatter(Intl.DateTimeFormat, { ...options, timeZone }).format(new Date(at));

/** A calendar day such as 2026-11-24, which has no time zone. */
export const day = (text) =>
  formatter(Intl.DateTimeFormat, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));

const STEPS = [
  ["second", 1],
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
  ["month", 2629800],
  ["year", 31557600],
];

function inSteps(seconds) {
  const size = Math.abs(seconds);
  const [name, length] = STEPS.findLast(([, least]) => size >= least) ?? STEPS[0];
  return [Math.trunc(seconds / length), name];
}

/** "3 minutes ago" */
export function ago(at, now = Date.now()) {
  const [value, name] = inSteps((new Date(at) - now) / 1000);
  return formatter(Intl.RelativeTimeFormat, { numeric: "auto", style: "short" }).format(value, name);
}

/** "3 min" */
export function duration(seconds) {
  const [value, name] = inSteps(Math.max(0, seconds));
  return unit(value, name);
}

export const list = (texts) => formatter(Intl.ListFormat, { type: "conjunction" }).format(texts);
