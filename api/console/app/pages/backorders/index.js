// Orders of which something waits for stock: what is missing, and a way to call it off.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { gql } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { Money, When } from "../../parts/amounts.js";
import { State } from "../../parts/badge.js";
import { WorkList } from "../../parts/worklist.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { AskCancel } from "../order/actions.js";

const BACKORDERS = gql`
  query Backorders($first: Int, $after: String, $last: Int, $before: String) {
    orders(where: { sourcing: { eq: BACKORDERED } }, sortBy: { field: PLACED_AT, direction: ASC }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        number
        version
        placedAt
        promisedBy
        priority
        supportedActions
        channel {
          name
        }
        total {
          amount
          currencyCode
        }
        lines {
          id
          sku
          quantity
          cancelled
          allocated
          shipped
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

/** The lines that have neither left nor units promised to them. */
const missing = ({ lines }) =>
  lines.map(({ sku, quantity, cancelled, allocated, shipped }) => ({ sku, units: quantity - cancelled - allocated - shipped })).filter(({ units }) => units > 0);

const COLUMNS = [
  { id: "number", title: "backorders.number", cell: (row) => html`<a class="strong" href=${to(`/orders/${encodeURIComponent(row.id)}`)}>${row.number}</a>` },
  { id: "channel", title: "backorders.channel", cell: (row) => row.channel.name },
  { id: "placed", title: "backorders.placed", cell: (row) => html`<${When} at=${row.placedAt} />` },
  { id: "promised", title: "backorders.promised", minor: true, cell: (row) => html`<${When} at=${row.promisedBy} />` },
  { id: "priority", title: "backorders.priority", minor: true, cell: (row) => row.priority !== "NORMAL" && html`<${State} kind="OrderPriority" value=${row.priority} />` },
  { id: "missing", title: "backorders.missing", cell: (row) => html`<ul class="plain-list">${missing(row).map(({ sku, units }) => html`<li key=${sku}>${number(units)} × <span class="mono">${sku}</span></li>`)}</ul>` },
  { id: "total", title: "backorders.total", end: true, cell: (row) => html`<${Money} of=${row.total} />` },
];

function Act({ row, again }) {
  const [asking, setAsking] = useState(false);
  if (!may("ORDERS_WRITE") || !row.supportedActions.includes("CANCEL")) return null;
  return html`
    <button class="button small" onClick=${() => setAsking(true)}>${t("backorders.cancel")}</button>
    ${asking && html`<${AskCancel} order=${row} again=${again} close=${() => setAsking(false)} />`}
  `;
}

const Backorders = () => html`<${WorkList} name="backorders" kind="BACKORDERS" document=${BACKORDERS} columns=${COLUMNS} Act=${Act} />`;

export default { component: Backorders };
