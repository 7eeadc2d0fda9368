// Why an order leaves from where it does: each decision's sentence, what was considered at which cost, and a map.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { dateTime } from "../../format.js";
import { ours, t, word } from "../../i18n.js";
import { Money } from "../../parts/amounts.js";
import { Badge, State } from "../../parts/badge.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { say } from "../../parts/saying.js";
import { DecisionMap } from "./map.js";

/** "Cheapest/1": the rules' name and version. */
const named = (policy) => policy.split("/").map(ours).join("/");

const TERMS = ["shipment", "distance", "weight"];

export function Why({ order, warehouses }) {
  const decisions = [...order.sourcingDecisions].reverse();
  const [chosen, choose] = useState(null);
  const decision = decisions.find(({ id }) => id === chosen) ?? decisions[0];
  if (!decision) return html`<${Card} title=${t("order.why")}><${Nothing} icon="scale" title=${t("order.notDecided")} /><//>`;
  const pick =
    decisions.length > 1 &&
    html`<select class="fit" aria-label=${t("order.decision")} value=${decision.id} onChange=${(event) => choose(event.target.value)}>
      ${decisions.map(({ id, at, outcome }) => html`<option key=${id} value=${id}>${dateTime(at)} · ${word("SourcingOutcome", outcome)}</option>`)}
    </select>`;
  return html`
    <${Card} title=${t("order.why")} actions=${pick}>
      <div class="stack">
        <div class="row">
          <${State} kind="SourcingOutcome" value=${decision.outcome} />
          ${decision.proven && html`<${Badge} tone="good" text=${t("order.proven")} />`}
          <span class="quiet">${t("order.policy", { policy: named(decision.policy), routing: decision.routing ? ours(decision.routing) : "–" })}</span>
        </div>
        <p class="explanation">${say(decision.statement, decision.explanation)}</p>
        <${Unfilled} lines=${decision.unfilled} />
        <${DecisionMap} shipTo=${order.shipTo} warehouses=${warehouses} decision=${decision} />
        <${Alternatives} candidates=${decision.candidates} warehouses=${warehouses} />
      </div>
    <//>
  `;
}

const Unfilled = ({ lines }) =>
  lines.length > 0 &&
  html`<ul class="notice" data-tone="warn" aria-label=${t("order.unfilled")}>
    ${lines.map(({ sku, units, reason }) => html`<li key=${sku}>${t("order.unfilledLine", { count: units, sku })}: ${word("UnfilledReason", reason)}</li>`)}
  </ul>`;

const amount = (money) => Number(money.amount);

function Alternatives({ candidates, warehouses }) {
  if (!candidates.length) return null;
  const nameOf = (code) => warehouses.find((warehouse) => warehouse.code === code)?.name ?? code;
  const dearest = Math.max(...candidates.map(({ cost }) => (cost ? amount(cost.total) : 0)), 0.01);
  return html`
    <div>
      <div class="row apart">
        <h3>${t("order.alternatives")}</h3>
        <div class="row small quiet" aria-hidden="true">${TERMS.map((term) => html`<span key=${term} class="key"><span data-term=${term}></span>${t(`order.term.${term}`)}</span>`)}</div>
      </div>
      <div class="table-frame" tabindex="0" role="group" aria-label=${t("order.alternatives")}>
        <table class="alternatives">
          <caption class="unseen">${t("order.alternatives")}</caption>
          <thead>
            <tr><th scope="col">${t("order.from")}</th><th scope="col">${t("order.costTerms")}</th><th scope="col" class="end">${t("order.total")}</th><th scope="col">${t("order.verdict")}</th></tr>
          </thead>
          <tbody>
            ${candidates.map(
              (candidate) => html`
                <tr key=${candidate.warehouses.join()} data-selected=${candidate.chosen ? "" : null}>
                  <th scope="row">${candidate.warehouses.map((code) => html`<div key=${code}>${nameOf(code)}</div>`)}</th>
                  <td>${candidate.cost && html`<${Terms} cost=${candidate.cost} dearest=${dearest} />`}</td>
                  <td class="end">${candidate.cost ? html`<${Money} of=${candidate.cost.total} />` : "–"}</td>
                  <td>${candidate.chosen ? html`<${Badge} tone="good" text=${t("order.chosen")} />` : html`<span class="quiet">${say(candidate.statement, candidate.reason ?? candidate.behind) ?? t("order.dearer")}</span>`}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </div>
  `;
}

const Terms = ({ cost, dearest }) => html`
  <div class="terms" title=${TERMS.map((term) => `${t(`order.term.${term}`)} ${cost[term].amount}`).join(" · ")}>
    ${TERMS.map((term) => html`<span key=${term} data-term=${term} style=${{ width: `${(100 * amount(cost[term])) / dearest}%` }}></span>`)}
    <span class="unseen">${TERMS.map((term) => `${t(`order.term.${term}`)} ${cost[term].amount}`).join(", ")}</span>
  </div>
`;
