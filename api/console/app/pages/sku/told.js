// What each channel should say of the SKU, was told, confirmed, and was seen to say.
import { html } from "htm/preact";

import { change } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Badge, State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { Nothing } from "../../parts/conditions.js";
import { Table } from "../../parts/table.js";
import { attempt } from "../../parts/toast.js";
import { may } from "../../session.js";
import { TELL } from "../drift/index.js";


const Quantity = ({ of }) => (of ? html`${number(of.quantity)} <span class="quiet small"><${When} at=${of.at} /></span>` : html`<span class="quiet">–</span>`);

const COLUMNS = [
  { id: "channel", title: "sku.channel", cell: ({ channel }) => channel.name },
  { id: "heard", title: "sku.heard", cell: (row) => (row.drift ? html`<${State} kind="ListingDrift" value=${row.drift} />` : html`<${Badge} tone="good" text=${t("sku.inStep")} />`) },
  { id: "desired", title: "sku.desired", end: true, cell: (row) => html`<${Quantity} of=${row.desired} />` },
  { id: "sent", title: "sku.sent", end: true, minor: true, cell: (row) => html`<${Quantity} of=${row.sent} />` },
  { id: "acknowledged", title: "sku.acknowledged", end: true, cell: (row) => html`<${Quantity} of=${row.acknowledged} />` },
  { id: "observed", title: "sku.observed", end: true, minor: true, cell: (row) => html`<${Quantity} of=${row.observed} />` },
  { id: "error", title: "sku.error", minor: true, cell: (row) => html`<span class="quiet">${row.error}</span>` },
];

export function Told({ listings, again }) {
  const tell = (row) => attempt(() => change(TELL, { ids: [row.id] }), t("sku.told")).then(again);
  const act = { id: "act", title: "parts.actions", end: true, cell: (row) => html`<${Button} class="small" act=${() => tell(row)}>${t("sku.tell")}<//>` };
  const columns = may("STOCK_WRITE") ? [...COLUMNS, act] : COLUMNS;
  return html`<${Table} label=${t("sku.tab.told")} columns=${columns} rows=${listings} empty=${html`<${Nothing} title=${t("sku.nowhere")} />`} />`;
}
