// Shortcuts: `/` searches, `g` and a letter goes to a page, `?` lists them all. Never while somebody types.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "./i18n.js";
import { Dialog } from "./parts/dialog.js";
import { go } from "./router.js";

const AFTER_G_MS = 1200;

const typing = ({ target }) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog") !== null;

export function Shortcuts({ pages }) {
  const [shown, setShown] = useState(false);
  const sinceG = useRef(-Infinity);
  useEffect(() => {
    function onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event)) return;
      const afterG = event.timeStamp - sinceG.current < AFTER_G_MS;
      sinceG.current = event.key === "g" && !afterG ? event.timeStamp : -Infinity;
      const page = afterG && pages.find(({ keys }) => keys === event.key);
      if (page) go(page.route);
      else if (event.key === "?") setShown(true);
      else if (event.key === "/") {
        const field = document.querySelector("input[type=search]");
        if (!field) return;
        field.focus();
        field.select();
      } else return;
      event.preventDefault();
    }
    const show = () => setShown(true);
    addEventListener("keydown", onKey);
    addEventListener("shortcuts", show);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("shortcuts", show);
    };
  }, [pages]);
  if (!shown) return null;
  return html`
    <${Dialog} title=${t("shell.shortcuts")} close=${() => setShown(false)}>
      <dl class="keys">
        ${[
          [["/"], "shell.keys.search"],
          [["?"], "shell.keys.help"],
          [["↑", "↓"], "shell.keys.rows"],
          [["Enter"], "shell.keys.open"],
          [["x"], "shell.keys.select"],
        ].map(([keys, text]) => html`<${Line} key=${text} keys=${keys} text=${t(text)} />`)}
        ${pages.map((page) => html`<${Line} key=${page.name} keys=${["g", page.keys]} text=${t(`${page.name}.title`)} />`)}
      </dl>
    <//>
  `;
}

const Line = ({ keys, text }) => html`
  <div>
    <dt>${text}</dt>
    <dd>${keys.map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dd>
  </div>
`;
