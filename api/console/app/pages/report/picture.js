// A report as a picture: a line of what is over time with its moving average, else bars of the largest rows; parts of a
// whole are stacked.
import { html } from "htm/preact";

import { t } from "../../i18n.js";
import { Chart } from "../../parts/chart.js";
import { Card } from "../../parts/facts.js";
import { Pick } from "../../parts/filters.js";
import { place } from "../../router.js";
import { columnOf } from "../reports/naming.js";
import { isText, short, written } from "./values.js";

const BARS = 12;
const BAR_PX = 30;
const FRAME_PX = 70;
const PARTS = "parts";
// Columns that are the parts of another one: units by age, and what becomes of gross sales.
const WHOLES = [
  { parts: ["upTo30Days", "upTo60Days", "upTo90Days", "upTo180Days", "upTo365Days", "older"], first: true },
  { parts: ["net", "cancelled", "merchantDiscount", "platformDiscount"], first: false },
];

const numeric = (value) => (value === null || value === undefined ? null : Number(value));

/** What can be drawn of a report, and what is, as long as nothing else is chosen. */
function choices(report) {
  const has = (name) => report.columns.some((column) => column.name === name);
  const whole = WHOLES.find(({ parts }) => parts.every(has));
  const columns = report.columns.filter((column) => !isText(column) && !column.key && !/^movingAverage/.test(column.name));
  const initial = whole?.first ? PARTS : (report.measure ?? report.sortedBy ?? columns[0]?.name);
  return { whole, columns, initial };
}

/** The column with the moving average of another one: the measure's is called just that. */
function averageOf(report, name) {
  const wanted = name === report.measure && report.columns.some((column) => column.name === "movingAverage") ? "movingAverage" : `movingAverage${name[0].toUpperCase()}${name.slice(1)}`;
  return report.columns.find((column) => column.name === wanted);
}

export function Picture({ report, rows, how, compared }) {
  const { whole, columns, initial } = choices(report);
  const { show = initial } = place.value.query;
  const stacked = show === PARTS && whole !== undefined;
  const drawn = stacked ? whole.parts.map((name) => report.columns.find((column) => column.name === name)) : [columns.find((column) => column.name === show) ?? columns[0]];
  if (!drawn[0] || !rows.length) return null;
  const options = [...(whole ? [{ value: PARTS, text: t("report.parts") }] : []), ...columns.map((column) => ({ value: column.name, text: columnOf(report, column) }))];
  const shown = report.byGrain ? rows : rows.slice(0, BARS);
  const labelled = report.columns.find(({ name }) => name === "name") ?? report.columns.find(isText);
  const at = (column) => report.columns.indexOf(column);
  const line = (column, name, cells, beside) => ({ name, beside, values: shown.map((row) => numeric(row[cells]?.[at(column)])) });
  const average = stacked ? null : report.byGrain && averageOf(report, drawn[0].name);
  const series = drawn.map((column) => line(column, columnOf(report, column), "now", false));
  if (average) series.push(line(average, columnOf(report, average), "now", true));
  if (compared && !stacked) series.push(line(drawn[0], t("report.before"), "before", true));
  const title = stacked ? t("report.parts") : columnOf(report, drawn[0]);
  return html`
    <${Card} title=${title} actions=${html`<${Pick} name="show" label=${t("report.show")} initial=${initial} options=${options} />`}>
      <${Chart} label=${title} names=${shown.map((row) => written(labelled, row.now[at(labelled)], how))} series=${series}
        kind=${report.byGrain && !stacked ? "line" : "bar"} across=${!report.byGrain} stacked=${stacked} whole=${drawn[0].unit === "COUNT"}
        format=${(value) => written(drawn[0], value, how)} axis=${(value) => short(drawn[0], value, how)}
        height=${report.byGrain ? 280 : FRAME_PX + shown.length * BAR_PX} />
    <//>
  `;
}
