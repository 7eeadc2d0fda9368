// What the API says in parts, put together in the reader's language.
import { day, list, money } from "../format.js";
import { t, word } from "../i18n.js";

const DAYS = ["day", "arrives", "promised"];
const PRICE = /^(-?[\d.]+) ([A-Z]{3})$/;

/** A SourcingStatement as a text, or `text`, which is the API's own, where it kept no parts. */
export const say = (statement, text) => (statement ? said(statement) : text);

const said = ({ phrase, values }) =>
  t(`SourcingPhrase.${phrase}`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filled(name, value)])));

function filled(name, value) {
  if (Array.isArray(value)) return list(value.map((one) => String(filled(name, one))));
  if (value?.phrase) return said(value);
  if (DAYS.includes(name)) return day(value);
  if (name === "reason") return word("RejectReason", value);
  const price = typeof value === "string" && PRICE.exec(value);
  return price ? money({ amount: price[1], currencyCode: price[2] }) : value;
}
