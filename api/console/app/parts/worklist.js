// A work list: what waits for a person, with what can be done beside each row, and the same for several at once.
import { html } from "htm/preact";

import { useEvery } from "../api.js";
import { spoken, t } from "../i18n.js";
import { countAgain, tallies } from "../tallies.js";
import { Button } from "./button.js";
import { Nothing } from "./conditions.js";
import { Card, PageHead } from "./facts.js";
import { Pager, useList, useSelection } from "./lists.js";
import { Table } from "./table.js";
import { attempt } from "./toast.js";

const AGAIN_MS = 2000;
const tally = (kind) => tallies.value.find((each) => each.kind === kind);

/**
 * `name` is the page, whose texts `title`, `note` and `none` are shown; `kind` its WorkListKind: the list is read again
 * when that has changed. `document` and `variables` as for `useList`; `columns` as for `Table`.
 * `moves` says of a row whether it changes by itself. `Act` is a component, given {row, again}; `Begin` one for the head of
 * the page, given {again}; `bulk`: {text, done, act(ids)}, for the rows that are selected.
 */
export function WorkList({ name, kind, document, variables, columns, moves, Act, Begin, bulk, filters, rowId }) {
  const list = useList(document, variables, { at: JSON.stringify(tally(kind)) });
  const selection = useSelection(list, rowId);
  useEvery(moves && list.rows?.some(moves) && AGAIN_MS, list.again);
  const again = () => Promise.all([list.again(), countAgain()]);
  const acts = Act && { id: "act", title: "parts.actions", end: true, cell: (row) => html`<${Act} row=${row} again=${again} />` };
  return html`
    <${PageHead} title=${t(`${name}.title`)} note=${t(`${name}.note`)}>${Begin && html`<${Begin} again=${again} />`}<//>
    <${Card} flush>
      ${filters}
      ${bulk && selection.ids.size > 0 && html`<${Bulk} ...${bulk} ...${selection} again=${again} />`}
      <${Table} label=${t(`${name}.title`)} columns=${acts ? [...columns, acts] : columns} selection=${bulk && selection} rowId=${rowId} ...${list}
        empty=${html`<${Nothing} icon="check" title=${t(`${name}.none`)} />`} />
      <${Pager} list=${list} count=${filters ? null : tally(kind)?.count} />
    <//>
  `;
}

function Bulk({ ids, change, text, done, act, again }) {
  async function all() {
    if (await attempt(() => act([...ids]), t(done, { count: ids.size }))) change(new Set());
    await again();
  }
  return html`
    <div class="selected-bar row apart" role="status">
      <span>${t("parts.selected", { count: ids.size })}</span>
      <${Button} class="small primary" act=${all}>${t(text)}<//>
    </div>
  `;
}

/** What is stated otherwise than before: `fields` are FieldChanges. */
export const Differences = ({ fields }) => html`
  <ul class="differences">
    ${fields.map((field) => html`<li key=${field.path}><code>${field.path}</code>: <del>${shown(field.before)}</del> → <ins>${shown(field.after)}</ins></li>`)}
  </ul>
`;

const shown = (value) => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** Why something failed: what programs call it, and what it says to people. */
export const Why = ({ code, field, detail }) => html`
  <div class="why">${code && html`<code>${code}</code>`} ${field && html`<code class="quiet">${field}</code>`}<div class="quiet">${code ? spoken({ code, message: detail }) : detail}</div></div>
`;
