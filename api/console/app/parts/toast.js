// Short notes at the edge: what was done, with the way back where there is one, or why not.
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { t } from "../i18n.js";
import { Icon } from "./icon.js";

const SHOWN_MS = 8000;
const toasts = signal([]);
let last = 0;

const dismiss = (id) => (toasts.value = toasts.value.filter((toast) => toast.id !== id));

function show(toast) {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { id, ...toast }];
  if (toast.tone === "good") setTimeout(dismiss, SHOWN_MS, id);
}

/** It is done; `undo` takes it back. */
export const done = (text, { undo } = {}) => show({ tone: "good", text, undo });

/** It was not done. Stays until it is closed: whoever reads slowly must be able to. */
export const failed = (error) => show({ tone: "bad", text: error.message || t("parts.fault"), incidentId: error.incidentId });

/** Do it, and say how it went; whether it was done. */
export async function attempt(act, text, undo) {
  try {
    await act();
  } catch (error) {
    failed(error);
    return false;
  }
  done(text, { undo: undo && (() => attempt(undo, t("parts.undone"))) });
  return true;
}

export function Toasts() {
  return html`
    <div class="toasts" role="region" aria-label=${t("parts.notes")} aria-live="polite">
      ${toasts.value.map(
        (toast) => html`
          <div key=${toast.id} class="toast" data-tone=${toast.tone}>
            <${Icon} name=${toast.tone === "good" ? "check" : "alert"} />
            <div>${toast.text}${toast.incidentId && html` <span class="nowrap">${t("parts.incident")} <code>${toast.incidentId}</code></span>`}</div>
            ${toast.undo && html`<button class="button small" onClick=${() => (dismiss(toast.id), toast.undo())}>${t("parts.undo")}</button>`}
            <button class="button plain icon small" aria-label=${t("parts.close")} onClick=${() => dismiss(toast.id)}><${Icon} name="close" /></button>
          </div>
        `,
      )}
    </div>
  `;
}
