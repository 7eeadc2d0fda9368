// The numbers of one SKU in each warehouse, and together.
import { html } from "htm/preact";

import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { Table } from "../../parts/table.js";

const BUCKETS = ["onHand", "allocated", "held", "unsellable", "safety", "available", "incoming"];

const COLUMNS = [
  { id: "warehouse", title: "sku.warehouse", cell: ({ warehouse }) => html`<strong>${warehouse.name}</strong>` },
  ...BUCKETS.map((bucket) => ({ id: bucket, title: `stock.bucket.${bucket}`, end: true, cell: (level) => (bucket === "available" ? html`<strong>${number(level[bucket])}</strong>` : number(level[bucket])) })),
];

const sum = (levels) => Object.fromEntries(BUCKETS.map((bucket) => [bucket, levels.reduce((total, level) => total + level[bucket], 0)]));

export function Levels({ levels }) {
  const rows = [...levels].sort((one, other) => one.warehouse.name.localeCompare(other.warehouse.name));
  const together = { id: "together", warehouse: { name: t("stock.total") }, ...sum(levels) };
  return html`<${Table} label=${t("sku.levels")} columns=${COLUMNS} rows=${levels.length > 1 ? [...rows, together] : rows} />`;
}
