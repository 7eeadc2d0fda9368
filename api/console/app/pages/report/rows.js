// A report as a table: sorted by any column, with what it is compared with under each figure, and what all rows add up to.
import { html } from "htm/preact";

import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { useSort } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { place, to } from "../../router.js";
import { seesAll } from "../../session.js";
import { columnOf, saidOf } from "../reports/naming.js";
import { Change } from "./figures.js";
import { isText, written } from "./values.js";

/** Where a key leads: to the SKU's stock, a channel's orders, a category's SKUs. */
const LINKS = {
  sku: (value) => seesAll() && to(`/stock/${encodeURIComponent(value)}`),
  channel: (value) => to("/orders", { channel: value }),
  category: (value, { timezone, period, from, to: until, compare, currency }) => to("/reports/salesBySku", { category: value, timezone, period, from, to: until, compare, currency }),
};

const ordered = (column, value) => (value === null ? -Infinity : isText(column) ? value : Number(value));

function sorted(report, rows, { field, direction }) {
  const at = report.columns.findIndex(({ name }) => name === field);
  if (at < 0) return rows;
  const way = direction === "ASC" ? 1 : -1;
  const [value, { unit }] = [(row) => ordered(report.columns[at], row.now[at]), report.columns[at]];
  const compare = unit === "TEXT" ? (one, other) => one.localeCompare(other) : (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  return rows.toSorted((one, other) => way * compare(value(one), value(other)));
}

function Figure({ column, at, row, how }) {
  return html`${written(column, row.now[at], how)}${row.before && html`<div class="quiet small">${written(column, row.before[at], how)}</div>`}`;
}

function columnsOf(report, rows, totals, how, compared) {
  const said = (at) => rows.some(({ now }) => now[at]);
  const shown = report.columns.map((column, at) => ({ column, at })).filter(({ column, at }) => (isText(column) ? said(at) || column.key : !(report.byGrain && column.key)));
  return shown.flatMap(({ column, at }, index) => [
    {
      id: column.name,
      text: columnOf(report, column),
      hint: saidOf(report, column),
      sort: column.name,
      end: !isText(column),
      cell: (row) => (isText(column) ? html`<${Words} column=${column} value=${row.now[at]} how=${how} />` : html`<${Figure} column=${column} at=${at} row=${row} how=${how} />`),
      foot: index === 0 ? t("report.total", { count: totals.rows }) : column.sums && totals.sums[at] !== null ? written(column, totals.sums[at], how) : null,
    },
    ...(compared && column.name === report.measure ? [{ id: "growth", title: "report.change", end: true, cell: (row) => html`<${Change} share=${row.growth} />`, foot: null }] : []),
  ]);
}

function Words({ column, value, how }) {
  const href = column.key && value && LINKS[column.name]?.(value, place.value.query);
  const text = written(column, value, how);
  return href ? html`<a class="strong mono nowrap" href=${href}>${text}</a>` : html`<span class="report-words">${text}</span>`;
}

export function Rows({ report, rows, totals, how, compared, query, empty }) {
  const sort = useSort(report.sortedBy ? `${report.sortedBy}.DESC` : "startsAt.ASC");
  const key = report.columns.findIndex((column) => column.key);
  return html`
    <${Table} label=${t("report.table")} columns=${columnsOf(report, rows, totals, how, compared)} rows=${sorted(report, rows, sort)} rowId=${(row) => row.now[key]}
      sort=${sort} loading=${query.loading} empty=${empty} />
    ${rows.length < totals.rows && html`<p class="report-note quiet">${t("report.largest", { count: number(rows.length), all: number(totals.rows) })}</p>`}
  `;
}
