// Tabs, by the ARIA pattern: arrows move between them. Which one is open is the caller's to keep, in the address best.
import { html } from "htm/preact";
import { useId, useRef } from "preact/hooks";

/** `tabs`: {id, text, count}; `children` is called with the id of the one that is open. */
export function Tabs({ label, tabs, open, choose, children }) {
  const id = useId();
  const bar = useRef(null);
  function onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = (tabs.findIndex((tab) => tab.id === open) + step + tabs.length) % tabs.length;
    choose(tabs[at].id);
    bar.current.children[at].focus();
  }
  return html`
    <div class="tabs" role="tablist" aria-label=${label} ref=${bar} onKeyDown=${onKey}>
      ${tabs.map(
        (tab) => html`
          <button key=${tab.id} type="button" role="tab" id=${`${id}-${tab.id}`} aria-selected=${tab.id === open} aria-controls=${`${id}-panel`}
            tabindex=${tab.id === open ? 0 : -1} onClick=${() => choose(tab.id)}>
            ${tab.text}${tab.count !== undefined && tab.count !== null && html`<span class="count">${tab.count}</span>`}
          </button>
        `,
      )}
    </div>
    <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${open}`}>${children(open)}</div>
  `;
}
