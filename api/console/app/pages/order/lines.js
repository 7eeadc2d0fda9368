// What was ordered, and what became of each unit.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { Money } from "../../parts/amounts.js";
import { Card } from "../../parts/facts.js";
import { Table } from "../../parts/table.js";
import { to } from "../../router.js";
import { seesAll } from "../../session.js";
import { CancelLines } from "./cancel-lines.js";

const SHOWN = 8;

/** The units of a line by where they are; each unit is in one of them. */
function units(line) {
  return [
    ["delivered", line.delivered],
    ["shipped", line.shipped - line.delivered],
    ["allocated", line.allocated],
    ["open", line.openUnits],
    ["cancelled", line.cancelled],
  ].filter(([, count]) => count > 0);
}

/** Leads to the SKU's stock, for keys that see it. */
const Sku = ({ sku }) => html`<div class="mono quiet">${seesAll() ? html`<a href=${to(`/stock/${encodeURIComponent(sku)}`)}>${sku}</a>` : sku}</div>`;

const Where = ({ line }) => html`
  <div class="units">
    <div class="unit-bar" aria-hidden="true">${units(line).map(([name, count]) => html`<span key=${name} data-units=${name} style=${{ flexGrow: count }}></span>`)}</div>
    <div class="small quiet">${units(line).map(([name, count]) => t(`order.units.${name}`, { count })).join(" · ")}</div>
  </div>
`;

function Discount({ line }) {
  const off = [line.platformDiscount, line.merchantDiscount].filter(({ amount }) => Number(amount) > 0);
  return off.map((of) => html`<div>−<${Money} of=${of} /></div>`);
}

const COLUMNS = [
  {
    id: "item",
    title: "order.item",
    cell: (line) => html`<div>${line.name}</div><${Sku} sku=${line.sku} />`,
  },
  { id: "where", title: "order.whereUnitsAre", cell: (line) => html`<${Where} line=${line} />` },
  { id: "quantity", title: "order.quantity", end: true, cell: (line) => number(line.quantity) },
  { id: "price", title: "order.unitPrice", end: true, cell: (line) => html`<${Money} of=${line.unitPrice} />` },
  { id: "discount", title: "order.discount", end: true, minor: true, cell: (line) => html`<${Discount} line=${line} />` },
];

export function Lines({ order, again }) {
  const [all, setAll] = useState(false);
  const shown = all ? order.lines : order.lines.slice(0, SHOWN);
  const hidden = order.lines.length - shown.length;
  return html`
    <${Card} flush title=${t("order.lines")} actions=${html`<span class="row"><span class="quiet">${t("order.unitCount", { count: order.units })}</span><${CancelLines} order=${order} again=${again} /></span>`}>
      <${Table} label=${t("order.lines")} columns=${COLUMNS} rows=${shown} />
      ${hidden > 0 && html`<div class="more"><button class="button plain small" onClick=${() => setAll(true)}>${t("order.moreLines", { count: hidden })}</button></div>`}
    <//>
  `;
}
