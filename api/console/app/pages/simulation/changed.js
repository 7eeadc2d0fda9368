// The orders that would have left from elsewhere, the largest saving first.
import { html } from "htm/preact";

import { gql, useQuery } from "../../api.js";
import { money } from "../../format.js";
import { t } from "../../i18n.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { Pager } from "../../parts/lists.js";
import { say } from "../../parts/saying.js";
import { Table } from "../../parts/table.js";
import { place, to } from "../../router.js";

const ROWS = 25;
const CHANGED = gql`
  query OrdersChanged($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    simulation(id: $id) {
      changes(first: $first, after: $after, last: $last, before: $before) {
        nodes {
          saved {
            amount
            currencyCode
          }
          was {
            warehouses
            explanation
            statement { phrase values }
          }
          wouldBe {
            warehouses
            explanation
            statement { phrase values }
          }
          order {
            id
            number
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
  }
`;
const from = ({ warehouses, explanation, statement }) => html`<span title=${say(statement, explanation)}>${warehouses.join(" + ") || "–"}</span>`;
const COLUMNS = [
  { id: "order", title: "simulation.order", cell: ({ order }) => html`<a class="strong" href=${to(`/orders/${encodeURIComponent(order.id)}`)}>${order.number}</a>` },
  { id: "was", title: "simulation.was", cell: (row) => from(row.was) },
  { id: "wouldBe", title: "simulation.wouldBe", cell: (row) => from(row.wouldBe) },
  { id: "saved", title: "simulation.saved", end: true, cell: (row) => money(row.saved) },
];

export function Changed({ id, count }) {
  const { after = null, before = null } = place.value.query;
  const query = useQuery(CHANGED, { id, ...(before ? { last: ROWS, before } : { first: ROWS, after }) });
  const changes = query.data?.simulation.changes;
  const list = { rows: changes?.nodes ?? null, page: changes?.pageInfo ?? null };
  return html`
    <${Card} flush title=${t("simulation.changed", { count })}>
      <${Table} label=${t("simulation.changed", { count })} columns=${COLUMNS} rows=${list.rows} rowId=${(row) => row.order.id} ...${query}
        empty=${html`<${Nothing} icon="check" title=${t("simulation.nothingChanged")} />`} />
      <${Pager} list=${list} />
    <//>
  `;
}
