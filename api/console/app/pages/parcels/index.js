// Parcels that should have left by now, or will come too late: go on with them, or have them sourced elsewhere.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { gql } from "../../api.js";
import { day } from "../../format.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { State } from "../../parts/badge.js";
import { FilterBar } from "../../parts/filters.js";
import { WorkList } from "../../parts/worklist.js";
import { place, refine, to } from "../../router.js";
import { may } from "../../session.js";
import { AskReject } from "../order/parcels.js";

const PARCELS = gql`
  query ParcelsBehind($where: FulfilmentOrderWhere, $first: Int, $after: String, $last: Int, $before: String) {
    fulfilmentOrders(where: $where, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        number
        state
        plannedShipOn
        arrivesOn
        updatedAt
        nextStates
        warehouse {
          name
        }
        order {
          id
          number
          priority
          promisedBy
          channel {
            name
          }
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

const LISTS = {
  OVERDUE_PARCELS: { overdue: true },
  LATE_PARCELS: { late: true, state: { in: ["OPEN", "ON_HOLD", "ACCEPTED", "PICKING", "PACKED"] } },
};

const COLUMNS = [
  { id: "number", title: "parcels.number", cell: (row) => row.number },
  { id: "order", title: "parcels.order", cell: ({ order }) => html`<a class="strong" href=${to(`/orders/${encodeURIComponent(order.id)}`)}>${order.number}</a>` },
  { id: "channel", title: "parcels.channel", minor: true, cell: ({ order }) => order.channel.name },
  { id: "warehouse", title: "parcels.warehouse", cell: (row) => row.warehouse.name },
  { id: "state", title: "parcels.state", cell: (row) => html`<${State} kind="FulfilmentState" value=${row.state} />` },
  { id: "ship", title: "parcels.shipOn", cell: (row) => row.plannedShipOn && day(row.plannedShipOn) },
  { id: "arrives", title: "parcels.arrivesOn", minor: true, cell: (row) => row.arrivesOn && day(row.arrivesOn) },
  { id: "promised", title: "parcels.promised", minor: true, cell: ({ order }) => html`<${When} at=${order.promisedBy} />` },
];

function Act({ row, again }) {
  const [asking, setAsking] = useState(false);
  if (!may("FULFILMENT_WRITE") || !row.nextStates.includes("REJECTED")) return null;
  return html`
    <button class="button small" onClick=${() => setAsking(true)}>${t("parcels.elsewhere")}</button>
    ${asking && html`<${AskReject} parcel=${row} again=${again} close=${() => setAsking(false)} />`}
  `;
}

function Which({ kind }) {
  const choose = (event) => refine({ list: event.target.value, after: null, before: null });
  return html`
    <${FilterBar}>
      ${Object.keys(LISTS).map((each) => html`<label key=${each} class="row"><input type="radio" name="list" value=${each} checked=${each === kind} onChange=${choose} />${word("WorkListKind", each)}</label>`)}
    <//>
  `;
}

function Parcels() {
  const { list: kind = "OVERDUE_PARCELS" } = place.value.query;
  return html`<${WorkList} name="parcels" kind=${kind} document=${PARCELS} variables=${{ where: LISTS[kind] }} columns=${COLUMNS} Act=${Act} filters=${html`<${Which} kind=${kind} />`} />`;
}

export default { component: Parcels };
