// The packing bench: one parcel, its content counted by scanning, then packed, then shipped; all of it without a mouse.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql, useQuery } from "../../api.js";
import { day } from "../../format.js";
import { t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Card, Facts, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { attempt } from "../../parts/toast.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { ACCEPT, AskReject, AskShort, PICK } from "../order/parcels.js";
import { GoByScan } from "../warehouse/index.js";
import { Count } from "./count.js";
import { Ship } from "./ship.js";

const PARCEL = gql`
  query Parcel($id: ID!) {
    node(id: $id) {
      ... on FulfilmentOrder {
        id
        number
        state
        nextStates
        plannedShipOn
        weightG
        carrier
        trackingNumber
        warehouse {
          code
          name
        }
        wave {
          id
          number
        }
        lines {
          orderLineId
          sku
          name
          quantity
          variant {
            barcode
          }
        }
        order {
          id
          number
          priority
          shipTo {
            name
            line1
            line2
            postcode
            city
            countryCode
          }
        }
      }
    }
  }
`;

function Parcel({ id }) {
  const query = useQuery(PARCEL, { id });
  return html`<${Answer} query=${query} lines=${6}>
    ${({ node }) => (node?.number ? html`<${Bench} key=${`${node.id} ${node.state}`} parcel=${node} again=${query.again} />` : html`<${Unknown} />`)}
  <//>`;
}

const Unknown = () => html`<${Nothing} title=${t("parcel.unknown")} icon="search"><a class="button" href=${to("/warehouse")}>${t("warehouse.title")}</a><//>`;

/** What the bench asks for at each state. */
const STEPS = { OPEN: Begin, ACCEPTED: Begin, PICKING: Count, PACKED: Ship };

function Bench({ parcel, again }) {
  const { order, wave } = parcel;
  const Step = may("FULFILMENT_WRITE") && STEPS[parcel.state];
  const up = wave ? to(`/warehouse/waves/${encodeURIComponent(wave.id)}`) : to("/warehouse", { at: parcel.warehouse.code });
  const back = html`<a class="back" href=${up}><${Icon} name="left" />${wave ? t("wave.heading", { number: String(wave.number) }) : parcel.warehouse.name}</a>`;
  const title = html`<span class="row">${t("parcel.heading", { number: String(parcel.number) })}<${State} kind="FulfilmentState" value=${parcel.state} /></span>`;
  return html`
    <${PageHead} back=${back} title=${title}><${Trouble} parcel=${parcel} again=${again} /><//>
    <div class="halves">
      <${Card}>${Step ? html`<${Step} parcel=${parcel} again=${again} />` : html`<${Over} parcel=${parcel} />`}<//>
      <${Card} title=${t("parcel.about")}>
        <${Facts} facts=${[
          [t("parcel.order"), html`<a href=${to(`/orders/${encodeURIComponent(order.id)}`)}>${order.number}</a>`],
          [t("parcel.priority"), order.priority !== "NORMAL" && html`<${State} kind="OrderPriority" value=${order.priority} />`],
          [t("parcel.shipOn"), parcel.plannedShipOn && day(parcel.plannedShipOn)],
          [t("parcel.to"), address(order.shipTo)],
          [t("parcel.carrier"), parcel.carrier && html`${parcel.carrier} <span class="mono">${parcel.trackingNumber}</span>`],
        ]} />
      <//>
    </div>
  `;
}

const address = ({ name, line1, line2, postcode, city, countryCode }) =>
  [name, line1, line2, [postcode, city].filter(Boolean).join(" "), countryCode].filter(Boolean).map((line) => html`<div key=${line}>${line}</div>`);

/** Nothing to do here, so the next code leads on. */
const Over = ({ parcel }) => html`<div class="stack"><p>${t("parcel.over", { number: String(parcel.number) })}</p><${GoByScan} /></div>`;

function Begin({ parcel, again }) {
  async function begin() {
    const steps = parcel.state === "OPEN" ? [ACCEPT, PICK] : [PICK];
    await attempt(async () => {
      for (const step of steps) await change(step, { id: parcel.id });
    }, t("parcel.begun"));
    await again();
  }
  return html`
    <div class="stack">
      <p>${t("parcel.beginText")}</p>
      <ul class="plain-list">${parcel.lines.map((line) => html`<li key=${line.orderLineId}>${t("order.lineOf", { count: line.quantity, name: line.name })} <span class="mono quiet">${line.sku}</span></li>`)}</ul>
      <div><${Button} class="primary" autofocus act=${begin}>${t("parcel.begin")}<//></div>
    </div>
  `;
}

function Trouble({ parcel, again }) {
  const [asking, setAsking] = useState(null);
  if (!may("FULFILMENT_WRITE") || !parcel.nextStates.includes("REJECTED")) return null;
  const asked = { parcel, again, close: () => setAsking(null) };
  return html`
    <button class="button" onClick=${() => setAsking("short")}>${t("order.shortPick")}</button>
    <button class="button danger" onClick=${() => setAsking("reject")}>${t("order.reject")}</button>
    ${asking === "short" && html`<${AskShort} ...${asked} />`}
    ${asking === "reject" && html`<${AskReject} ...${asked} />`}
  `;
}

export default { component: Parcel };
