// The reports there are, as the API lists them.
import { html } from "htm/preact";

import { gql, useQuery } from "../../api.js";
import { t } from "../../i18n.js";
import { Answer } from "../../parts/conditions.js";
import { Exports } from "../../parts/exports.js";
import { Card, PageHead } from "../../parts/facts.js";
import { to } from "../../router.js";
import { seesAll } from "../../session.js";
import { AREAS, aboutOf, areaOf, titleOf } from "./naming.js";

const REPORTS = gql`
  query Reports {
    reports {
      name
      title
      description
      ofStock
    }
  }
`;

function Reports() {
  const query = useQuery(REPORTS);
  return html`
    <${PageHead} title=${t("reports.title")} note=${t("reports.note")} />
    <${Answer} query=${query} lines=${8}>${({ reports }) => html`
      <div class="stack">
        ${AREAS.map((area) => html`<${Area} key=${area} name=${area} reports=${reports.filter((report) => areaOf(report) === area && (!report.ofStock || seesAll()))} />`)}
        <${Card} title=${t("parts.exports")} flush><${Exports} /><//>
      </div>
    `}<//>
  `;
}

function Area({ name, reports }) {
  if (!reports.length) return null;
  return html`
    <${Card} title=${t(`reports.area.${name}`)}>
      <ul class="report-list">
        ${reports.map((report) => html`
          <li key=${report.name}>
            <a class="strong" href=${to(`/reports/${report.name}`)}>${titleOf(report)}</a>
            <div class="quiet">${aboutOf(report)}</div>
          </li>
        `)}
      </ul>
    <//>
  `;
}

export default { component: Reports };
