// The console's words. Each page has a strings.json with the same keys in every language; shared ones are in strings.json here,
// and what the schema calls in capitals is in words.json.
import { effect, signal } from "@preact/signals";

const KEPT = "forebay.language";

/** As `lang` attributes and Intl name them; each called what its speakers call it. */
export const LANGUAGES = { en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文" };

const words = signal({});

function preferred() {
  for (const tag of [localStorage.getItem(KEPT), ...navigator.languages].filter(Boolean)) {
    if (tag in LANGUAGES) return tag;
    const locale = new Intl.Locale(tag).maximize();
    if (locale.language === "zh") return locale.script === "Hant" ? "zh-Hant" : "zh-Hans";
    if (locale.language === "en") return "en";
  }
  return "en";
}

export const language = signal(preferred());

effect(() => {
  localStorage.setItem(KEPT, language.value);
  document.documentElement.lang = language.value;
});

/** The BCP 47 tag for Intl: the region the browser asks for, where it speaks the language. */
export function locale() {
  const base = language.value.split("-")[0];
  const regional = navigator.languages.find((tag) => tag.split("-")[0] === base);
  return language.value === "en" && regional ? regional : language.value;
}

async function read(url, prefix) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const texts = await answer.json();
  return Object.fromEntries(
    Object.entries(texts).map(([tag, own]) => [
      tag,
      Object.fromEntries(Object.entries(own).map(([key, text]) => [prefix + key, text])),
    ]),
  );
}

/** Read the words of all these pages, in every language. */
export async function loadStrings(names) {
  const files = ["strings.json", "words.json"].map((name) => read(new URL(name, import.meta.url), "")).concat(
    names.map((name) => read(new URL(`pages/${name}/strings.json`, import.meta.url), `${name}.`)),
  );
  const all = {};
  for (const file of await Promise.all(files))
    for (const [tag, texts] of Object.entries(file)) all[tag] = { ...all[tag], ...texts };
  words.value = all;
}

/**
 * The text under `key`, with `{name}` filled in. Texts that depend on a number are {one, other}, chosen by `count`.
 * A key that is missing shows itself; a guard test keeps that from happening.
 */
export function t(key, values = {}) {
  let text = words.value[language.value]?.[key];
  if (text === undefined) return key;
  if (typeof text !== "string") text = text[new Intl.PluralRules(language.value).select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : value;
  });
}

/** The text under `key`, or `english`, which is the API's own, where it has none of ours. */
export const otherwise = (key, english) => (words.value[language.value]?.[key] === undefined ? english : t(key));

/** A user error or fault in the reader's language; in English, the API's own message says more. */
export function spoken({ code, message, field }) {
  if (language.value === "en" && message) return message;
  const named = message?.match(/'[^']*'/g); // such as the SKU that there is none of
  const known = otherwise(`refused.${code}`, message);
  const text = named && known !== message ? t("refused.named", { text: known, named: named.map((each) => each.slice(1, -1)).join(", ") }) : known;
  return field && code.startsWith("INVALID_") ? t("refused.at", { text, field }) : text;
}

/** What this house itself wrote in English, such as who sourced an order, in the reader's language. */
export const ours = (text) => otherwise(`house.${text.replace(/\W+/g, "_")}`, text);

/** What a member of one of the schema's enums is called: `word("FulfilmentState", "PACKED")`. */
export const word = (kind, value) => t(`${kind}.${value}`);
