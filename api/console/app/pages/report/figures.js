// What all rows add up to, on top, with how much that changed.
import { html } from "htm/preact";

import { t } from "../../i18n.js";
import { columnOf } from "../reports/naming.js";
import { grownBy, growth, written } from "./values.js";

const FIGURES = 5;

/** The columns that add up: first the one whose growth is told, or by which rows are sorted. */
function telling({ columns, measure, sortedBy }) {
  const first = measure ?? sortedBy;
  const summed = columns.map((column, at) => ({ column, at })).filter(({ column }) => column.sums);
  return summed.sort((one, other) => (other.column.name === first) - (one.column.name === first)).slice(0, FIGURES);
}

export function Figures({ report, totals, how }) {
  const figures = telling(report);
  if (!totals.rows || !figures.length) return null;
  return html`
    <dl class="figures">
      ${figures.map(({ column, at }) => html`
        <div key=${column.name} class="card figure">
          <dt>${columnOf(report, column)}</dt>
          <dd class="figure-value report-figure">${written(column, totals.sums[at], how)}</dd>
          ${totals.sumsBefore && html`<dd class="quiet"><${Change} share=${grownBy(totals.sums[at], totals.sumsBefore[at])} /> ${t("report.was", { value: written(column, totals.sumsBefore[at], how) })}</dd>`}
        </div>
      `)}
    </dl>
  `;
}

/** Up or down; whether that is good is the reader's to say. */
export function Change({ share }) {
  if (share === null || share === undefined) return null;
  return html`<span class="change nowrap" data-way=${share > 0 ? "up" : share < 0 ? "down" : null}>${growth(share)}</span>`;
}
