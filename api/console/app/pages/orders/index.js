// All orders: filtered, searched and sorted by the API, page by page.
import { html } from "htm/preact";

import { change, gql, useFollow, useQuery, useThrottled } from "../../api.js";
import { t } from "../../i18n.js";
import { Money, When } from "../../parts/amounts.js";
import { Chip, State } from "../../parts/badge.js";
import { Nothing } from "../../parts/conditions.js";
import { ExportButton } from "../../parts/exports.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Pager, useList, useSelection, useSort } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { Views } from "../../parts/views.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { Bulk } from "./bulk.js";
import { Filters, useWhere } from "./filters.js";

const ORDERS = gql`
  query Orders($where: OrderWhere, $search: String, $sortBy: OrderSort, $first: Int, $after: String, $last: Int, $before: String) {
    orders(where: $where, search: $search, sortBy: $sortBy, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        number
        externalReference
        customerReference
        placedAt
        state
        sourcing
        fulfilmentStatus
        priority
        tags
        units
        total { amount currencyCode }
        shipTo {
          city
          countryCode
        }
        channel {
          name
        }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      asOf
    }
  }
`;
const EXPORT = gql`
  mutation ExportOrders($input: ExportOrdersInput!) {
    exportOrders(input: $input) {
      userErrors {
        message
        code
        field
      }
    }
  }
`;
const COUNT = gql`
  query CountOrders($where: OrderWhere, $search: String) {
    orderCount(where: $where, search: $search) {
      count
      precision
    }
  }
`;
const EVENTS = gql`
  subscription OrdersMove($after: String) {
    orderEvents(after: $after) {
      position
      kind
    }
  }
`;
const PAUSE_MS = 3000;

/** The state that matters now: what keeps it from leaving, else how far it is. */
function Standing({ order }) {
  if (order.state === "CANCELLED") return html`<${State} kind="OrderState" value="CANCELLED" />`;
  if (["WAITING", "ON_HOLD", "BACKORDERED"].includes(order.sourcing)) return html`<${State} kind="SourcingStatus" value=${order.sourcing} />`;
  return html`<${State} kind="FulfilmentStatus" value=${order.fulfilmentStatus} />`;
}

const COLUMNS = [
  { id: "number", title: "orders.number", sort: "NUMBER", name: (order) => String(order.number), cell: (order) => html`<a class="strong" href=${href(order)}>${order.number}</a>` },
  { id: "reference", title: "orders.reference", minor: true, cell: (order) => html`<span class="mono">${order.externalReference}</span>` },
  { id: "channel", title: "orders.channel", cell: (order) => order.channel.name },
  { id: "placed", title: "orders.placed", sort: "PLACED_AT", cell: (order) => html`<${When} at=${order.placedAt} />` },
  { id: "standing", title: "orders.standing", cell: (order) => html`<${Standing} order=${order} />` },
  { id: "priority", title: "orders.priority", minor: true, cell: (order) => order.priority !== "NORMAL" && html`<${State} kind="OrderPriority" value=${order.priority} />` },
  { id: "destination", title: "orders.destination", minor: true, cell: ({ shipTo }) => [shipTo.city, shipTo.countryCode].filter(Boolean).join(", ") },
  { id: "tags", title: "orders.tags", minor: true, cell: (order) => html`<span class="row tight">${order.tags.map((tag) => html`<${Chip} key=${tag} text=${tag} />`)}</span>` },
  { id: "units", title: "orders.units", end: true, cell: (order) => order.units },
  { id: "total", title: "orders.total", end: true, cell: (order) => html`<${Money} of=${order.total} />` },
];

const href = (order) => to(`/orders/${encodeURIComponent(order.id)}`);

function Orders() {
  const asked = useWhere();
  const sort = useSort("PLACED_AT.DESC");
  const list = useList(ORDERS, { ...asked, sortBy: { field: sort.field, direction: sort.direction } });
  const counting = useQuery(COUNT, asked);
  const selection = useSelection(list);
  const again = () => Promise.all([list.again(), counting.again()]);
  const soon = useThrottled(again, PAUSE_MS);
  useFollow(EVENTS, {}, { event: soon, missed: soon });
  return html`
    <${PageHead} title=${t("orders.title")}>
      <${Views} page="orders" />
      <${ExportButton} start=${(how) => change(EXPORT, { ...asked, ...how })} />
    <//>
    <${Card} flush>
      <${Filters} />
      ${selection.ids.size > 0 && html`<${Bulk} orders=${list.rows.filter(({ id }) => selection.ids.has(id))} select=${(chosen) => selection.change(new Set(chosen))} again=${again} />`}
      <div class="sticky-head">
        <${Table} label=${t("orders.title")} columns=${COLUMNS} href=${href} sort=${sort} selection=${may("ORDERS_WRITE") && selection} ...${list}
          empty=${html`<${Nothing} title=${t("orders.none")} text=${t("orders.noneText")} icon="search" />`} />
      </div>
      <${Pager} list=${list} count=${counting.data?.orderCount} />
    <//>
  `;
}

export default { component: Orders };
