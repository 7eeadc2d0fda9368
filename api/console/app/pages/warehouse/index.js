// A warehouse's work of the day: what is to leave, the waves it is picked in, and a scanner that leads to each parcel.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ask, gql, useEvery, useFollow, useQuery, useThrottled } from "../../api.js";
import { t } from "../../i18n.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Answer } from "../../parts/conditions.js";
import { Scanner } from "../../parts/scanner.js";
import { go, place, refine, to } from "../../router.js";
import { may } from "../../session.js";
import { Days } from "./days.js";
import { PlanWaves } from "./plan.js";
import { PARCELS_MOVE, Waves } from "./waves.js";

const WAREHOUSES = gql`
  query WarehousesToWorkIn {
    warehouses(where: { active: true }, first: 100) {
      nodes {
        code
        name
        timezone
      }
    }
  }
`;
const SCAN = gql`
  query Scan($code: String!) {
    scan(code: $code) {
      __typename
      id
      ... on Variant {
        sku
      }
    }
  }
`;
const PAUSE_MS = 2000;
const TURN_MS = 60_000; // what is due changes with the day
const WHERE = {
  FulfilmentOrder: ({ id }) => `/warehouse/parcels/${encodeURIComponent(id)}`,
  Wave: ({ id }) => `/warehouse/waves/${encodeURIComponent(id)}`,
  Order: ({ id }) => `/orders/${encodeURIComponent(id)}`,
  Variant: ({ sku }) => `/stock/${encodeURIComponent(sku)}`,
};

/** A scanner that goes to what the code means, and says so where it means nothing. */
export function GoByScan() {
  const [told, tell] = useState(null);
  const latest = useRef(null); // an answer that comes late leads nobody away from what they do by now
  useEffect(() => () => (latest.current = null), []);
  async function scanned(code) {
    const mine = (latest.current = Symbol(code));
    const now = (act) => (answer) => latest.current === mine && act(answer);
    await ask(SCAN, { code }).then(
      now(({ scan: [found] }) => (found ? go(WHERE[found.__typename](found)) : tell({ good: false, text: t("warehouse.unknownCode", { code }) }))),
      now((fault) => tell({ good: false, text: fault.message || t("parts.fault") })),
    );
  }
  return html`<${Scanner} label=${t("warehouse.scan")} scanned=${scanned} told=${told} />`;
}

function Warehouse() {
  const query = useQuery(WAREHOUSES);
  return html`<${Answer} query=${query}>${({ warehouses }) => html`<${Work} warehouses=${warehouses.nodes} />`}<//>`;
}

function Work({ warehouses }) {
  const { at = warehouses[0]?.code } = place.value.query;
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((last) => last + 1);
  const soon = useThrottled(again, PAUSE_MS);
  useFollow(PARCELS_MOVE, {}, { event: soon, missed: soon });
  useEvery(TURN_MS, soon);
  const here = warehouses.find(({ code }) => code === at) ?? warehouses[0];
  if (!here) return html`<${PageHead} title=${t("warehouse.title")} note=${t("warehouse.none")} />`;
  const choose = html`
    <select class="fit" aria-label=${t("warehouse.which")} value=${here.code} onChange=${(event) => refine({ at: event.target.value, after: null, before: null })}>
      ${warehouses.map(({ code, name }) => html`<option key=${code} value=${code}>${name}</option>`)}
    </select>
  `;
  return html`
    <${PageHead} title=${t("warehouse.title")} note=${t("warehouse.note")}>
      ${choose}
      ${may("FULFILMENT_WRITE") && html`<${PlanWaves} warehouse=${here} planned=${again} />`}
    <//>
    <div class="stack">
      <${Card}><${GoByScan} /><//>
      <${Waves} key=${`waves ${here.code}`} warehouse=${here.code} at=${turn} />
      <${Days} key=${here.code} warehouse=${here} at=${turn} />
      <p><a href=${to("/parcels")}>${t("warehouse.behind")}</a></p>
    </div>
  `;
}

export default { component: Warehouse };
