// One report: filtered, compared, drawn and listed as the API's metadata say; the whole view is in its address.
import { html } from "htm/preact";

import { change, gql, useQuery } from "../../api.js";
import { day } from "../../format.js";
import { t } from "../../i18n.js";
import { Answer, Broken, Nothing, Skeleton } from "../../parts/conditions.js";
import { ExportButton } from "../../parts/exports.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { place, refine, to } from "../../router.js";
import { aboutOf, columnOf, saidOf, titleOf } from "../reports/naming.js";
import { askedOf } from "./asked.js";
import { Figures } from "./figures.js";
import { Filters } from "./filters.js";
import { Picture } from "./picture.js";
import { Rows } from "./rows.js";

const DEFINITIONS = gql`
  query ReportDefinitions {
    reports {
      name
      title
      description
      measure
      sortedBy
      byGrain
      ofStock
      filters
      columns {
        name
        title
        unit
        description
        key
        sums
      }
    }
  }
`;
const REPORT = gql`
  query Report($name: String!, $input: ReportInput!, $first: Int, $after: String) {
    reportTable(report: $name, input: $input, first: $first, after: $after) {
      rows
      before
      growth
      currencyCode
      otherCurrencies
      hasNextPage
      endCursor
      span {
        from
        to
        timezone
      }
      comparedWith {
        from
        to
      }
    }
    reportTotals(report: $name, input: $input) {
      rows
      sums
      rowsBefore
      sumsBefore
    }
  }
`;
const EXPORT = gql`
  mutation ExportReport($input: ExportReportInput!) {
    exportReport(input: $input) {
      userErrors {
        message
        code
        field
      }
    }
  }
`;
const ROWS = 200;

function Page({ name }) {
  const query = useQuery(DEFINITIONS);
  return html`<${Answer} query=${query} lines=${8}>${({ reports }) => {
    const report = reports.find((each) => each.name === name);
    return report ? html`<${Report} key=${name} report=${report} />` : html`<${PageHead} back=${html`<${Back} />`} title=${t("report.unknown")} />`;
  }}<//>`;
}

const Back = () => html`<a class="back" href=${to("/reports")}><${Icon} name="left" />${t("reports.title")}</a>`;

function Report({ report }) {
  const asked = askedOf(report);
  const query = useQuery(REPORT, { name: report.name, input: asked, first: ROWS, after: place.value.query.after ?? null });
  const table = query.data?.reportTable;
  return html`
    <${PageHead} back=${html`<${Back} />`} title=${titleOf(report)} note=${aboutOf(report)}>
      <button class="button" onClick=${query.again}><${Icon} name="refresh" />${t("report.again")}</button>
      <${ExportButton} start=${(how) => change(EXPORT, { report: report.name, input: asked, ...how })} />
    <//>
    <div class="stack">
      <div class="card flush report-filters"><${Filters} report=${report} asked=${asked} currency=${table?.currencyCode} /></div>
      ${query.fault ? html`<${Card}><${Broken} fault=${query.fault} again=${query.again} /><//>` : table ? html`<${Shown} report=${report} asked=${asked} query=${query} />` : html`<${Card}><${Skeleton} lines=${8} /><//>`}
      <${Meaning} report=${report} />
    </div>
  `;
}

const spanned = ({ from, to: until }) => (from === until ? day(from) : `${day(from)} – ${day(until)}`);

function Shown({ report, asked, query }) {
  const { reportTable: table, reportTotals: totals } = query.data;
  const how = { currencyCode: table.currencyCode, timezone: table.span.timezone, grain: asked.grain };
  const compared = table.comparedWith !== null;
  const rows = table.rows.map((now, at) => ({ now, before: table.before[at], growth: table.growth[at] }));
  const empty = html`<${Nothing} icon="chart" title=${t("report.none")} text=${t("report.noneText")} />`;
  return html`
    <p class="quiet" role="status">${spanned(table.span)} · ${table.span.timezone}${compared && html` · ${t("report.comparedWith", { span: spanned(table.comparedWith) })}`}</p>
    <${Figures} report=${report} totals=${totals} how=${how} />
    <${Elsewhere} report=${report} currencies=${table.otherCurrencies} />
    <${Picture} report=${report} rows=${rows} how=${how} compared=${compared} />
    <${Card} flush>
      <${Rows} report=${report} rows=${rows} totals=${totals} how=${how} compared=${compared} query=${query} empty=${empty} />
      <${Turn} table=${table} />
    <//>
  `;
}

/** Money of other currencies is not in here: one look at each. */
function Elsewhere({ report, currencies }) {
  if (!report.filters.includes("CURRENCY") || !currencies.length) return null;
  return html`
    <p class="row quiet">${t("report.elsewhere")}
      ${currencies.map((code) => html`<button key=${code} type="button" class="button small" onClick=${() => refine({ currency: code, after: null })}>${code}</button>`)}
    </p>
  `;
}

function Turn({ table }) {
  const { after } = place.value.query;
  if (!after && !table.hasNextPage) return null;
  return html`
    <nav class="pager row end-row" aria-label=${t("parts.pages")}>
      <button class="button small" disabled=${!after} onClick=${() => refine({ after: null })}>${t("report.first")}</button>
      <button class="button small" disabled=${!table.hasNextPage} onClick=${() => refine({ after: table.endCursor })}>${t("parts.next")}<${Icon} name="right" /></button>
    </nav>
  `;
}

const Meaning = ({ report }) => html`
  <details class="card report-meaning">
    <summary>${t("report.meaning")}</summary>
    <dl class="facts">
      ${report.columns.filter((column) => !(report.byGrain && column.key)).map((column) => html`<div key=${column.name}><dt>${columnOf(report, column)}</dt><dd>${saidOf(report, column)}</dd></div>`)}
    </dl>
  </details>
`;

export default { component: Page };
