// A field for a barcode scanner, which types and presses Enter; typing by hand does the same.
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/** `scanned` is given each code; `told` is what the last one led to: {good, text}, read out at once. */
export function Scanner({ label, scanned, told }) {
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  function onSubmit(event) {
    event.preventDefault();
    const code = field.current.value.trim();
    field.current.value = "";
    field.current.focus();
    if (code) scanned(code);
  }
  return html`
    <form class="scanner" onSubmit=${onSubmit}>
      <label class="search scan">
        <${Icon} name="barcode" />
        <input ref=${field} aria-label=${label} placeholder=${label} autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" />
      </label>
      <div class="scanned" role="alert" data-tone=${told ? (told.good ? "good" : "bad") : null}>${told ? told.text : t("parts.scanHint")}</div>
    </form>
  `;
}
