// Rows of an editor: add one, take one away, move one up; each is changed in place.
import { html } from "htm/preact";
import { useRef } from "preact/hooks";

import { t } from "../../i18n.js";
import { Icon } from "../../parts/icon.js";

/** A list whose entries are shown by `children(entry, set, index)`; `make` makes a new one, `name` says what each is. */
export function Rows({ entries, set, make, add, name, ordered = false, children }) {
  const keys = useRef([]); // each entry's own, wherever it moves: what is typed into its fields moves along
  while (keys.current.length < entries.length) keys.current.push(Symbol());
  function arrange(act) {
    keys.current = act(keys.current);
    set(act(entries));
  }
  const put = (index, entry) => set(entries.with(index, entry));
  const without = (index) => arrange((all) => all.toSpliced(index, 1));
  const up = (index) => arrange((all) => all.toSpliced(index - 1, 2, all[index], all[index - 1]));
  return html`
    <ol class="rows">
      ${entries.map(
        (entry, index) => html`
          <li key=${keys.current[index]} class="row top">
            <div class="grow">${children(entry, (part) => put(index, { ...entry, ...part }), index)}</div>
            ${ordered && index > 0 && html`<button type="button" class="button plain icon small" aria-label=${t("ruleset.up", { name: name(entry, index) })} onClick=${() => up(index)}><${Icon} name="up" /></button>`}
            <button type="button" class="button plain icon small" aria-label=${t("ruleset.remove", { name: name(entry, index) })} onClick=${() => without(index)}><${Icon} name="close" /></button>
          </li>
        `,
      )}
    </ol>
    <button type="button" class="button small" onClick=${() => set([...entries, make()])}><${Icon} name="plus" />${add}</button>
  `;
}

/** Words with commas between, as a list. */
export const Words = ({ label, hint, values, set }) => html`
  <label class="words"><span class="quiet small">${label}</span>
    <input title=${hint} placeholder=${hint} defaultValue=${values.join(", ")} onChange=${(event) => set(event.target.value.split(",").map((each) => each.trim()).filter(Boolean))} />
  </label>
`;

/** A whole number, or nothing. */
export const Whole = ({ label, value, set, min = 0, max, none = false }) => html`
  <label class="words narrow"><span class="quiet small">${label}</span>
    <input type="number" min=${min} max=${max} value=${value ?? ""} onInput=${(event) => set(event.target.value === "" && none ? null : Number(event.target.value))} />
  </label>
`;

/** One of some values; `text` says each. */
export const Pick = ({ label, value, values, text, set }) => html`
  <label class="words narrow"><span class="quiet small">${label}</span>
    <select value=${value} onChange=${(event) => set(event.target.value)}>${values.map((each) => html`<option key=${each} value=${each}>${text(each)}</option>`)}</select>
  </label>
`;
