// What a simulation found: past orders under the rules that were active, and under those that are tried.
import { html } from "htm/preact";

import { gql, useEvery, useQuery } from "../../api.js";
import { date, money, number, percent, unit } from "../../format.js";
import { otherwise, ours, t } from "../../i18n.js";
import { Badge, State } from "../../parts/badge.js";
import { Chart } from "../../parts/chart.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Table } from "../../parts/table.js";
import { to } from "../../router.js";
import { Changed } from "./changed.js";

const AGAIN_MS = 1000;

/** Whether it has still to end. */
export const isUnderWay = (simulation) => ["WAITING", "RUNNING"].includes(simulation?.state);

const SIMULATION = gql`
  query OneSimulation($id: ID!) {
    simulation(id: $id) {
      id
      from
      to
      state
      done
      error
      ruleSet {
        id
        version
        name
        state
      }
      report {
        ordersChanged
        assumptions
        actual {
          ...Side
        }
        baseline {
          ...Side
        }
        candidate {
          ...Side
        }
      }
    }
  }
  fragment Side on SimulationSide {
    orders
    unitsFilled
    fillRate
    ordersBackordered
    ordersSplit
    splitRate
    shipments
    shipmentsLate
    distanceKm
    distanceKmPerShipment
    cost {
      amount
      currencyCode
    }
    costPerOrder {
      amount
      currencyCode
    }
    load {
      warehouse
      parcels
    }
  }
`;

const km = (value) => (value === null ? "–" : unit(value, "kilometer"));
const share = (value) => (value === null ? "–" : percent(value, 1));
const sums = (amounts) => (amounts.length ? amounts.map(money).join(" + ") : "–");

/** The figures that are compared: how one is read off a side, how it is shown, and whether more of it is better. */
const FIGURES = [
  { id: "cost", of: (side) => side.cost, show: sums },
  { id: "costPerOrder", of: (side) => side.costPerOrder, show: sums },
  { id: "fillRate", of: (side) => side.fillRate, show: share },
  { id: "backordered", of: (side) => side.ordersBackordered, show: number },
  { id: "splitRate", of: (side) => side.splitRate, show: share },
  { id: "shipments", of: (side) => side.shipments, show: number },
  { id: "late", of: (side) => side.shipmentsLate, show: number },
  { id: "distance", of: (side) => side.distanceKmPerShipment, show: km },
];
const SIDES = ["actual", "baseline", "candidate"];

/** How much more or less the candidate has than the baseline; amounts only where each side has one currency. */
function difference({ of }, { baseline, candidate }) {
  const [one, other] = [of(baseline), of(candidate)];
  if (!Array.isArray(one)) return one === null || other === null ? null : { value: other - one, share: one ? (other - one) / one : null };
  if (one.length !== 1 || other.length !== 1 || one[0].currencyCode !== other[0].currencyCode) return null;
  const [was, is] = [Number(one[0].amount), Number(other[0].amount)];
  return { value: is - was, share: was ? (is - was) / was : null };
}

function relative(found) {
  if (!found) return "–";
  if (!found.value) return percent(0);
  return found.share === null ? "–" : percent(found.share, 1);
}

const columns = (report) => [
  { id: "figure", title: "simulation.figure", cell: (figure) => html`<strong>${t(`simulation.figure.${figure.id}`)}</strong>` },
  ...SIDES.map((side) => ({ id: side, text: t(`simulation.side.${side}`), end: true, cell: (figure) => figure.show(figure.of(report[side])) })),
  { id: "difference", title: "simulation.difference", end: true, cell: (figure) => html`<strong>${relative(difference(figure, report))}</strong>` },
];

function Simulation({ id }) {
  const query = useQuery(SIMULATION, { id });
  useEvery(isUnderWay(query.data?.simulation) && AGAIN_MS, query.again);
  return html`<${Answer} query=${query} lines=${8}>${({ simulation }) => (simulation ? html`<${Sheet} id=${id} simulation=${simulation} />` : html`<${Unknown} />`)}<//>`;
}

const Unknown = () => html`<${Nothing} title=${t("simulation.unknown")} icon="search"><a class="button" href=${to("/rules")}>${t("rules.title")}</a><//>`;

function Sheet({ id, simulation }) {
  const { ruleSet, report } = simulation;
  const back = html`<a class="back" href=${to(`/rules/${encodeURIComponent(ruleSet.id)}`)}><${Icon} name="left" />${t("ruleset.heading", { version: String(ruleSet.version), name: ours(ruleSet.name) })}</a>`;
  return html`
    <${PageHead} back=${back} title=${html`<span class="row">${t("simulation.title")}<${State} kind="SimulationState" value=${simulation.state} /></span>`} note=${`${date(simulation.from)} – ${date(simulation.to)}`} />
    ${isUnderWay(simulation) && html`<${Card}><label class="stack">${t("simulation.running")}<progress max="1" value=${simulation.done}></progress></label><//>`}
    ${simulation.state === "FAILED" && html`<section class="notice" data-tone="bad" role="alert">${simulation.error}</section>`}
    ${report && html`<${Report} id=${id} report=${report} />`}
  `;
}

function Report({ id, report }) {
  const { baseline, candidate } = report;
  const warehouses = [...new Set([...baseline.load, ...candidate.load].map(({ warehouse }) => warehouse))].sort();
  const parcels = ({ load }) => warehouses.map((code) => load.find(({ warehouse }) => warehouse === code)?.parcels ?? 0);
  return html`
    <div class="stack">
      <${Card} flush title=${t("simulation.compared")} actions=${html`<${Badge} tone="info" text=${t("simulation.orders", { count: candidate.orders })} />`}>
        <${Table} label=${t("simulation.compared")} columns=${columns(report)} rows=${FIGURES} />
      <//>
      <${Card} title=${t("simulation.load")}>
        <${Chart} kind="bar" label=${t("simulation.load")} names=${warehouses} series=${[
          { name: t("simulation.side.baseline"), values: parcels(baseline) },
          { name: t("simulation.side.candidate"), values: parcels(candidate) },
        ]} />
      <//>
      <${Changed} id=${id} count=${report.ordersChanged} />
      <${Card} title=${t("simulation.assumptions")}><ul>${report.assumptions.map((each, at) => html`<li key=${each}>${otherwise(`simulation.assumption.${at}`, each)}</li>`)}</ul><//>
    </div>
  `;
}

export default { component: Simulation };
