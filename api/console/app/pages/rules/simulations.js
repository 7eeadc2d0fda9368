// What was tried lately on past orders.
import { html } from "htm/preact";

import { gql, useEvery, useQuery } from "../../api.js";
import { date, dateTime, percent } from "../../format.js";
import { ours, t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { Table } from "../../parts/table.js";
import { to } from "../../router.js";
import { isUnderWay } from "../simulation/index.js";

const AGAIN_MS = 2000;
const SIMULATIONS = gql`
  query LatestSimulations {
    simulations(first: 20) {
      nodes {
        id
        from
        to
        state
        done
        createdAt
        createdBy
        ruleSet {
          id
          version
          name
        }
      }
    }
  }
`;
const href = ({ id }) => to(`/simulations/${encodeURIComponent(id)}`);
const COLUMNS = [
  { id: "rules", title: "rules.tried", cell: (row) => html`<a class="strong" href=${href(row)}>${row.ruleSet.version} · ${ours(row.ruleSet.name)}</a>` },
  { id: "span", title: "rules.span", cell: (row) => `${date(row.from)} – ${date(row.to)}` },
  { id: "state", title: "rules.state", cell: (row) => html`<${State} kind="SimulationState" value=${row.state} />${row.state === "RUNNING" && html` ${percent(row.done)}`}` },
  { id: "at", title: "rules.asked", minor: true, cell: (row) => dateTime(row.createdAt) },
  { id: "by", title: "rules.by", minor: true, cell: (row) => ours(row.createdBy) },
];

export function Simulations() {
  const query = useQuery(SIMULATIONS);
  useEvery(query.data?.simulations.nodes.some(isUnderWay) && AGAIN_MS, query.again);
  return html`
    <${Card} flush title=${t("rules.simulations")}>
      <${Table} label=${t("rules.simulations")} columns=${COLUMNS} href=${href} rows=${query.data?.simulations.nodes} ...${query}
        empty=${html`<${Nothing} icon="scale" title=${t("rules.noSimulations")} text=${t("rules.noSimulationsText")} />`} />
    <//>
  `;
}
