// Dialogs: the browser's own, which keeps the focus inside and gives it back.
import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Refused } from "../api.js";
import { t } from "../i18n.js";
import { useBusy } from "./button.js";
import { Icon } from "./icon.js";
import { failed } from "./toast.js";

/** `busy`: it stays, whatever is pressed, since what it asked about is being done. */
export function Dialog({ title, close, busy = false, wide = false, children }) {
  const dialog = useRef(null);
  const id = useId();
  const leave = () => busy || close();
  useEffect(() => {
    const { current } = dialog;
    const before = document.activeElement;
    current.showModal();
    return () => {
      current.close();
      before?.focus?.();
    };
  }, []);
  function onCancel(event) {
    if (event.target !== dialog.current) return; // a choice of files is cancelled, too
    event.preventDefault();
    leave();
  }
  /** A second Escape closes it without asking. */
  function onClose({ target }) {
    if (!target.isConnected) return;
    if (busy) target.showModal();
    else close();
  }
  return html`
    <dialog ref=${dialog} class=${wide ? "wide" : ""} aria-labelledby=${id} onCancel=${onCancel} onClose=${onClose}
      onPointerDown=${(event) => event.target === dialog.current && leave()}>
      <div class="dialog-body">
        <header class="row apart">
          <h2 id=${id}>${title}</h2>
          <button type="button" class="button plain icon" aria-label=${t("parts.close")} disabled=${busy} onClick=${() => close()}><${Icon} name="close" /></button>
        </header>
        ${children}
      </div>
    </dialog>
  `;
}

/**
 * Asks before something is done, with whatever fields that needs as children; `children` may be a function of the
 * refusal, to show what is wrong beside its field. `act` is called with the form's data; the dialog closes when it is
 * done, and says why if it is refused: in a toast if it is not there any more. `busyText` is said while it takes its time,
 * in which `stop` is what may give it up.
 */
export function Confirm({ title, text, verb, busyText, danger = false, act, stop, close, children }) {
  const [busy, once] = useBusy();
  const [wrong, setWrong] = useState(null);
  async function submit({ target: form }) {
    setWrong(null);
    try {
      await act(new FormData(form));
      if (form.isConnected) close();
    } catch (error) {
      if (form.isConnected) setWrong(error);
      else failed(error);
    }
  }
  const refusal = wrong instanceof Refused ? wrong : null;
  return html`
    <${Dialog} title=${title} close=${close} busy=${busy}>
      <form class="stack" onSubmit=${once(submit)}>
        ${text && html`<p>${text}</p>`}
        ${typeof children === "function" ? children(refusal) : children}
        ${busyText && html`<div role="status">${busy && html`<span class="spinner" aria-hidden="true"></span> ${busyText}`}</div>`}
        <div class="wrong" role="alert">${wrong && (wrong.message || t("parts.fault"))}${wrong?.incidentId && html` <code>${wrong.incidentId}</code>`}</div>
        <footer class="row end-row">
          <button type="button" class="button" disabled=${busy && !stop} onClick=${() => (busy ? stop() : close())}>${t("parts.cancel")}</button>
          <button class="button primary ${danger ? "danger" : ""}" disabled=${busy}>${verb}</button>
        </footer>
      </form>
    <//>
  `;
}

/** A labelled field; its control is the one child, a vnode that takes `id`. */
export function Field({ label, hint, wrong, control }) {
  const id = useId();
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${control({ id, "aria-invalid": Boolean(wrong), "aria-describedby": wrong || hint ? `${id}-about` : null })}
      ${(wrong || hint) && html`<div id=${`${id}-about`} class=${wrong ? "wrong" : "hint"}>${wrong || hint}</div>`}
    </div>
  `;
}
