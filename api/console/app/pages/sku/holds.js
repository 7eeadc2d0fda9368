// Units that are set aside for a while, and giving them back.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { number } from "../../format.js";
import { ours, t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Button } from "../../parts/button.js";
import { Nothing } from "../../parts/conditions.js";
import { Pager, useList } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { attempt } from "../../parts/toast.js";
import { may } from "../../session.js";

const HOLDS = gql`
  query HoldsOfSku($sku: String!, $first: Int, $after: String, $last: Int, $before: String) {
    stockHolds(where: { sku: { eq: $sku }, state: { eq: ACTIVE } }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        quantity
        reference
        createdAt
        expiresAt
        actor
        warehouse {
          name
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
const RELEASE = gql`
  mutation ReleaseStockHold($input: ReleaseHoldInput!) {
    releaseHold(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockHold {
        id
      }
    }
  }
`;
const COLUMNS = [
  { id: "warehouse", title: "sku.warehouse", cell: (row) => row.warehouse.name },
  { id: "quantity", title: "sku.units", end: true, cell: (row) => number(row.quantity) },
  { id: "reference", title: "sku.reference", cell: (row) => row.reference },
  { id: "since", title: "sku.since", cell: (row) => html`<${When} at=${row.createdAt} /> <span class="quiet">${ours(row.actor)}</span>` },
  { id: "until", title: "sku.until", cell: (row) => html`<${When} at=${row.expiresAt} />` },
];

export function Holds({ sku, again }) {
  const list = useList(HOLDS, { sku });
  async function release(row) {
    await attempt(() => change(RELEASE, { id: row.id }), t("sku.holdReleased"));
    await Promise.all([list.again(), again()]);
  }
  const act = { id: "act", title: "parts.actions", end: true, cell: (row) => html`<${Button} class="small" act=${() => release(row)}>${t("sku.releaseHold")}<//>` };
  const columns = may("STOCK_WRITE") ? [...COLUMNS, act] : COLUMNS;
  return html`<${Table} label=${t("sku.tab.holds")} columns=${columns} ...${list} empty=${html`<${Nothing} title=${t("sku.noHolds")} />`} /><${Pager} list=${list} />`;
}
