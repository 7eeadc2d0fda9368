// The SKU's ledger, newest first: every change, why, by whom, and for which document.
import { html } from "htm/preact";

import { gql } from "../../api.js";
import { dateTime, number } from "../../format.js";
import { ours, t, word } from "../../i18n.js";
import { Pager, useList } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";

const ENTRIES = gql`
  query LedgerOfSku($sku: String!, $first: Int, $after: String, $last: Int, $before: String) {
    stockEntries(sku: $sku, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        at
        reason
        actor
        note
        documentKind
        deltas {
          onHand
          allocated
          held
          unsellable
          incoming
        }
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
const BUCKETS = ["onHand", "allocated", "held", "unsellable", "incoming"];

const signed = (units) => units !== 0 && html`<span class=${units < 0 ? "less" : ""}>${number(units, { signDisplay: "exceptZero" })}</span>`;

const COLUMNS = [
  { id: "at", title: "sku.at", cell: (row) => dateTime(row.at) },
  { id: "warehouse", title: "sku.warehouse", cell: (row) => row.warehouse.name },
  { id: "reason", title: "sku.reason", cell: (row) => word("StockReason", row.reason) },
  ...BUCKETS.map((bucket) => ({ id: bucket, title: `stock.bucket.${bucket}`, end: true, cell: (row) => signed(row.deltas[bucket]) })),
  { id: "document", title: "sku.document", minor: true, cell: (row) => word("DocumentKind", row.documentKind) },
  { id: "actor", title: "sku.actor", minor: true, cell: (row) => html`<span class="quiet">${[ours(row.actor), row.note].filter(Boolean).join(" · ")}</span>` },
];

/** Read again whenever `levels` changed. */
export function Ledger({ sku, levels }) {
  const list = useList(ENTRIES, { sku }, { at: JSON.stringify(levels) });
  return html`<${Table} label=${t("sku.tab.ledger")} columns=${COLUMNS} ...${list} /><${Pager} list=${list} />`;
}
