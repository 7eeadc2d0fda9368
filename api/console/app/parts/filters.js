// The bar above a list: a search field and filters, all kept in the address.
import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { t } from "../i18n.js";
import { place, refine } from "../router.js";
import { Icon } from "./icon.js";

const PAUSE_MS = 250;
const FIRST_PAGE = { after: null, before: null };

/** What is chosen of a filter: the address keeps it as words with commas between. */
export const chosen = (name) => place.value.query[name]?.split(",") ?? [];

export const FilterBar = ({ children }) => html`<div class="filters row" role="search">${children}</div>`;

/** Asks for what is typed after a moment of rest, as `q` in the address. `/` leads here. */
export function Search({ label }) {
  const { q = "" } = place.value.query;
  const [text, setText] = useState(q);
  const timer = useRef(null);
  useEffect(() => {
    if (q !== text.trim()) setText(q);
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  function type(value) {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => refine({ q: value.trim(), ...FIRST_PAGE }, { replace: true }), PAUSE_MS);
  }
  return html`
    <label class="search">
      <${Icon} name="search" />
      <input type="search" aria-label=${label} placeholder=${label} value=${text} onInput=${(event) => type(event.target.value)} aria-keyshortcuts="/" />
    </label>
  `;
}

/** Any of some values. `options`: {value, text}. */
export function Choice({ name, label, options, one = false }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const id = useId();
  const values = chosen(name);
  useEffect(() => {
    if (!open) return;
    const within = ({ target }) => root.current.contains(target);
    const outside = (event) => within(event) || setOpen(false);
    // a click on a label lets what is around it have the focus for a moment
    const left = (event) => within(event) || event.target.contains(root.current) || setOpen(false);
    addEventListener("pointerdown", outside);
    addEventListener("focusin", left);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", left);
    };
  }, [open]);
  function toggle(value) {
    const others = values.filter((other) => other !== value);
    const next = others.length < values.length ? others : one ? [value] : [...values, value];
    refine({ [name]: next.join(","), ...FIRST_PAGE }, { replace: true });
  }
  function onKey(event) {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    root.current.querySelector("button").focus();
  }
  const said = options.filter(({ value }) => values.includes(value)).map(({ text }) => text);
  return html`
    <div class="menu" ref=${root} onKeyDown=${onKey}>
      <button type="button" class="button filter" data-set=${values.length ? "" : null} aria-expanded=${open} aria-controls=${open ? id : null} onClick=${() => setOpen(!open)}>
        ${label}${said.length > 0 && html`<span class="said">${said.length > 2 ? said.length : said.join(", ")}</span>`}<${Icon} name="down" />
      </button>
      ${open &&
      html`<div id=${id} class="menu-items choices" role="group" aria-label=${label}>
        ${options.map(({ value, text }) => html`<label key=${value}><input type="checkbox" checked=${values.includes(value)} onChange=${() => toggle(value)} />${text}</label>`)}
      </div>`}
    </div>
  `;
}

/** One of some values, of which `initial` holds while the address names none. `options`: {value, text}. */
export function Pick({ name, label, options, initial = "", others = {} }) {
  const value = place.value.query[name] ?? initial;
  const choose = (event) => refine({ [name]: event.target.value === initial ? null : event.target.value, ...others, ...FIRST_PAGE });
  return html`
    <label class="day"><span class="quiet">${label}</span>
      <select class="fit" value=${value} onChange=${choose}>${options.map((each) => html`<option key=${each.value} value=${each.value}>${each.text}</option>`)}</select>
    </label>
  `;
}

/** A day from which on, or until which. */
export const Day = ({ name, label }) => html`
  <label class="day"><span class="quiet">${label}</span><input type="date" value=${place.value.query[name] ?? ""} onChange=${(event) => refine({ [name]: event.target.value, ...FIRST_PAGE })} /></label>
`;

/** Takes these filters away, when any of them is set. */
export function Clear({ names }) {
  if (!names.some((name) => place.value.query[name])) return null;
  const none = Object.fromEntries(names.map((name) => [name, null]));
  return html`<button type="button" class="button plain" onClick=${() => refine({ ...none, ...FIRST_PAGE })}><${Icon} name="close" />${t("parts.clear")}</button>`;
}
