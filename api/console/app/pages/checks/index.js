// The promises that are checked on the data: which are kept, which are not, and what to do then.
import { html } from "htm/preact";

import { change, gql, useEvery, useQuery } from "../../api.js";
import { duration, number } from "../../format.js";
import { otherwise, t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Badge } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Table } from "../../parts/table.js";
import { attempt } from "../../parts/toast.js";
import { may } from "../../session.js";
import { tallies } from "../../tallies.js";

const AGAIN_MS = 2000;
const CHECKS = gql`
  query DataChecks {
    dataChecks {
      name
      kind
      promise
      advice
      waiting
      lastRun {
        at
        seconds
        violations
        samples
        error
      }
    }
  }
`;
const RUN = gql`
  mutation RunDataChecks($input: RunDataChecksInput!) {
    runDataChecks(input: $input) {
      userErrors {
        code
        message
        field
      }
      dataChecks {
        name
      }
    }
  }
`;

const broken = ({ lastRun }) => Boolean(lastRun && (lastRun.error || lastRun.violations > 0));

function Verdict({ check }) {
  const { waiting, lastRun, kind } = check;
  if (waiting) return html`<${Badge} tone="progress" text=${t("checks.waiting")} />`;
  if (!lastRun) return html`<${Badge} text=${t("checks.never")} />`;
  if (lastRun.error) return html`<${Badge} tone="warn" text=${t("checks.notEnded")} />`;
  if (!lastRun.violations) return html`<${Badge} tone="good" text=${t("checks.kept")} />`;
  return html`<${Badge} tone=${kind === "SAFETY" ? "bad" : "warn"} text=${t("checks.violations", { count: lastRun.violations })} />`;
}

function Promise({ check }) {
  return html`
    <div>${otherwise(`checks.said.${check.name}`, check.promise)}</div>
    ${broken(check) &&
    html`<details open><summary>${t("checks.found")}</summary>
      <ul class="plain-list">${[check.lastRun.error, ...check.lastRun.samples].filter(Boolean).map((sample) => html`<li key=${sample}><code class="quiet">${sample}</code></li>`)}</ul>
      <p>${otherwise(`checks.advice.${check.name}`, check.advice)}</p>
    </details>`}
  `;
}

const COLUMNS = [
  { id: "verdict", title: "checks.verdict", cell: (check) => html`<${Verdict} check=${check} />` },
  { id: "kind", title: "checks.kind", minor: true, cell: (check) => html`<span class="nowrap">${word("DataCheckKind", check.kind)}</span>` },
  { id: "promise", title: "checks.promise", cell: (check) => html`<${Promise} check=${check} />` },
  { id: "at", title: "checks.at", cell: ({ lastRun }) => lastRun && html`<${When} at=${lastRun.at} />` },
  { id: "took", title: "checks.took", end: true, minor: true, cell: ({ lastRun }) => lastRun && html`<span class="nowrap">${lastRun.seconds < 1 ? `< ${duration(1)}` : duration(lastRun.seconds)}</span>` },
];

function Checks() {
  const query = useQuery(CHECKS, {}, { at: JSON.stringify(tallies.value) });
  const checks = query.data?.dataChecks.toSorted((one, other) => broken(other) - broken(one));
  useEvery(checks?.some(({ waiting }) => waiting) && AGAIN_MS, query.again);
  const run = async (names) => {
    await attempt(() => change(RUN, { names }), t("checks.asked"));
    await query.again();
  };
  const act = { id: "act", title: "parts.actions", end: true, cell: (check) => may("ADMIN") && html`<${Button} class="small" act=${() => run([check.name])}>${t("checks.run")}<//>` };
  return html`
    <${PageHead} title=${t("checks.title")} note=${checks && t("checks.note", { count: checks.filter(broken).length, all: number(checks.length) })}>
      ${may("ADMIN") && html`<${Button} act=${() => run(null)}><${Icon} name="refresh" />${t("checks.runAll")}<//>`}
    <//>
    <${Card} flush>
      <${Table} label=${t("checks.title")} columns=${[...COLUMNS, act]} rows=${checks} rowId=${(check) => check.name} ...${query} />
    <//>
  `;
}

export default { component: Checks };
