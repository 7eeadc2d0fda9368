// A field for a barcode scanner, which types and presses Enter; typing by hand does the same.
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../i18n.js";
import { Icon } from "./icon.js";

/**
 * `scanned` is given each code, `entered` is called for Enter alone; `told` is what the last one led to: {good, text}, read
 * out at once. Then the next can be scanned: another `told` has the focus here again, and so has another `at`.
 */
export function Scanner({ label, scanned, entered, told, at }) {
  const field = useRef(null);
  useEffect(() => field.current.focus(), [told, at]);
  function onSubmit(event) {
    event.preventDefault();
    const code = field.current.value.trim();
    field.current.value = "";
    field.current.focus();
    if (code) scanned(code);
    else entered?.();
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
