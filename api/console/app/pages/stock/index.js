// What is where: a SKU a row, a warehouse a column; which of its numbers is shown is chosen above.
import { html } from "htm/preact";

import { gql, useFollow, useQuery, useThrottled } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { Nothing } from "../../parts/conditions.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Clear, FilterBar, Search } from "../../parts/filters.js";
import { Pager, useList } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { place, refine, to } from "../../router.js";

const VARIANTS = gql`
  query StockMatrix($where: VariantWhere, $search: String, $first: Int, $after: String, $last: Int, $before: String) {
    variants(where: $where, search: $search, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        sku
        name
        stockLevels {
          id
          onHand
          allocated
          held
          unsellable
          available
          incoming
          safety
          warehouse {
            code
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      asOf
    }
  }
`;
const WAREHOUSES = gql`
  query StockWarehouses {
    warehouses(first: 100) {
      nodes {
        code
        name
      }
    }
  }
`;
const EVENTS = gql`
  subscription StockMoves($after: String, $skus: [String!]) {
    stockEvents(after: $after, where: { skus: $skus }) {
      position
      kind
    }
  }
`;
const BUCKETS = ["available", "onHand", "allocated", "held", "unsellable", "incoming", "safety"];
const ROWS = 30;

function useWhere() {
  const { q = "", below } = place.value.query;
  return { search: q || null, where: below ? { available: { lt: Number(below) } } : null };
}

function Filters({ bucket }) {
  const { below = "" } = place.value.query;
  return html`
    <${FilterBar}>
      <${Search} label=${t("stock.search")} />
      <label class="day"><span class="quiet">${t("stock.show")}</span>
        <select class="fit" value=${bucket} onChange=${(event) => refine({ show: event.target.value })}>
          ${BUCKETS.map((each) => html`<option key=${each} value=${each}>${t(`stock.bucket.${each}`)}</option>`)}
        </select>
      </label>
      <label class="day"><span class="quiet">${t("stock.below")}</span>
        <input type="number" min="1" class="short" value=${below} onChange=${(event) => refine({ below: event.target.value, after: null, before: null })} />
      </label>
      <${Clear} names=${["q", "below"]} />
    <//>
  `;
}

/** A level's number; all the others when pointed at, and nothing where the SKU never was. */
function Cell({ level, bucket }) {
  if (!level) return html`<span class="quiet">–</span>`;
  const all = BUCKETS.map((each) => `${t(`stock.bucket.${each}`)}: ${number(level[each])}`).join("\n");
  return html`<span title=${all} class=${level[bucket] === 0 ? "quiet" : ""}>${number(level[bucket])}</span>`;
}

const columnsOf = (warehouses, bucket) => [
  { id: "sku", title: "stock.sku", cell: (variant) => html`<a class="strong mono" href=${href(variant)}>${variant.sku}</a>` },
  { id: "name", title: "stock.name", minor: true, cell: (variant) => variant.name },
  ...warehouses.map(({ code, name }) => ({
    id: code,
    text: name,
    end: true,
    cell: ({ stockLevels }) => html`<${Cell} level=${stockLevels.find((level) => level.warehouse.code === code)} bucket=${bucket} />`,
  })),
  { id: "total", title: "stock.total", end: true, cell: ({ stockLevels }) => html`<strong>${number(stockLevels.reduce((sum, level) => sum + level[bucket], 0))}</strong>` },
];

const href = ({ sku }) => to(`/stock/${encodeURIComponent(sku)}`);

function Stock() {
  const { show: bucket = "available" } = place.value.query;
  const list = useList(VARIANTS, useWhere(), { size: ROWS });
  const warehouses = useQuery(WAREHOUSES).data?.warehouses.nodes ?? [];
  return html`
    <${PageHead} title=${t("stock.title")} note=${t("stock.note")} />
    <${Card} flush>
      <${Filters} bucket=${bucket} />
      <${Table} label=${t("stock.title")} columns=${columnsOf(warehouses, bucket)} href=${href} ...${list}
        empty=${html`<${Nothing} title=${t("stock.none")} icon="search" />`} />
      <${Pager} list=${list} />
    <//>
    ${list.rows?.length > 0 && html`<${Live} skus=${list.rows.map(({ sku }) => sku)} again=${list.again} />`}
  `;
}

/** Reads the page again when one of its SKUs moved. */
function Live({ skus, again }) {
  const soon = useThrottled(again, 2000);
  useFollow(EVENTS, { skus }, { event: soon, missed: soon });
  return null;
}

export default { component: Stock };
