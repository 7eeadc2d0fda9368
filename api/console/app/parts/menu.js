// A button that opens a short list of actions or choices; arrows move in it, Escape closes it.
import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon } from "./icon.js";

/** `items`: {text, act, icon, danger, disabled, lang, checked}; with `checked` they are choices of which one holds. */
export function Menu({ icon, label, text, items, plain = true, small = false }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event) => !root.current.contains(event.target) && setOpen(false);
    (root.current.querySelector("[aria-checked=true]") ?? root.current.querySelector("[role^=menuitem]"))?.focus();
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = [...root.current.querySelectorAll("[role^=menuitem]:not(:disabled)")];
    if (event.key === "Escape" || event.key === "Tab") shut();
    else if (step) all.at((all.indexOf(document.activeElement) + step) % all.length)?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }
  function shut() {
    setOpen(false);
    root.current.querySelector("button").focus();
  }
  return html`
    <div class="menu" ref=${root}>
      <button type="button" class="button ${plain ? "plain" : ""} ${small ? "small" : ""} ${text ? "" : "icon"}" aria-label=${text ? `${label}: ${text}` : label} title=${label} aria-haspopup="menu"
        aria-expanded=${open} aria-controls=${open ? id : null} onClick=${() => setOpen(!open)}>
        ${icon && html`<${Icon} name=${icon} />`}${text && html`<span>${text}</span><${Icon} name="down" />`}
      </button>
      ${open &&
      html`<div id=${id} class="menu-items" role="menu" aria-label=${label} onKeyDown=${onKey}>
        ${items.map(
          (item) => html`
            <button key=${item.text} type="button" role=${item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${item.checked} lang=${item.lang}
              class=${item.danger ? "danger" : ""} disabled=${item.disabled} tabindex="-1" onClick=${() => (shut(), item.act())}>
              ${item.checked === undefined ? item.icon && html`<${Icon} name=${item.icon} />` : html`<span class="tick">${item.checked && html`<${Icon} name="check" />`}</span>`}${item.text}
            </button>
          `,
        )}
      </div>`}
    </div>
  `;
}
