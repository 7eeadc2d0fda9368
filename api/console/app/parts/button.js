// Doing something once: a button, or a form, that does nothing more while it is under way.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";

/** As a `ref`: has the focus once it is there. The attribute `autofocus` does that in dialogs alone. */
export const focus = (element) => element?.focus();

/**
 * [busy, once]: `once(act)` is `act`, for an event or whatever else it is given, and does nothing while one is under way.
 * What is disabled meanwhile loses the focus, and gets it back if nothing else took it.
 */
export function useBusy() {
  const [busy, setBusy] = useState(false);
  const begun = useRef(false); // a second Enter comes before what is disabled is drawn
  const once = (act) => async (given) => {
    given?.preventDefault?.();
    if (begun.current) return;
    const pressed = document.activeElement;
    begun.current = true;
    setBusy(true);
    try {
      await act(given);
    } finally {
      begun.current = false;
      setBusy(false);
      setTimeout(() => document.activeElement === document.body && pressed.focus({ preventScroll: true }));
    }
  };
  return [busy, once];
}

/** A button that does something, and waits until that is done. */
export function Button({ act, class: look = "", disabled = false, autofocus = false, children }) {
  const [busy, once] = useBusy();
  return html`<button type="button" class="button ${look}" ref=${autofocus ? focus : null} disabled=${disabled || busy} onClick=${once(act)}>${children}</button>`;
}
