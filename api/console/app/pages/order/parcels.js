// Each warehouse's part of an order, and the steps it can take from where it is.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { day, list, unit } from "../../format.js";
import { t, word } from "../../i18n.js";
import { Money, When } from "../../parts/amounts.js";
import { Badge, State } from "../../parts/badge.js";
import { useBusy } from "../../parts/button.js";
import { Nothing } from "../../parts/conditions.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Card, Facts } from "../../parts/facts.js";
import { Menu } from "../../parts/menu.js";
import { attempt, done } from "../../parts/toast.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { Note, Reason } from "./actions.js";

export const ACCEPT = gql`
  mutation Accept($input: FulfilmentStepInput!) {
    acceptFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
export const PICK = gql`
  mutation Pick($input: FulfilmentStepInput!) {
    pickFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
export const PACK = gql`
  mutation Pack($input: FulfilmentStepInput!) {
    packFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
export const SHIP = gql`
  mutation Ship($input: ShipFulfilmentOrderInput!) {
    shipFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
const DELIVER = gql`
  mutation Deliver($input: FulfilmentStepInput!) {
    deliverFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
const REJECT = gql`
  mutation Reject($input: RejectFulfilmentOrderInput!) {
    rejectFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
const SHORT_PICK = gql`
  mutation ShortPick($input: ShortPickFulfilmentOrderInput!) {
    shortPickFulfilmentOrder(input: $input) { userErrors { code message field } }
  }
`;
/** How a state is reached where nothing needs to be asked. */
const STEPS = { ACCEPTED: ACCEPT, PICKING: PICK, PACKED: PACK, DELIVERED: DELIVER };
const FORWARDS = ["ACCEPTED", "PICKING", "PACKED", "SHIPPED", "DELIVERED"];
const REJECT_REASONS = ["OUT_OF_STOCK", "DAMAGED", "NO_CAPACITY", "OTHER"];
const LINES_SHOWN = 3;
const OVER = ["REJECTED", "CANCELLED"];

export function Parcels({ order, again }) {
  const parcels = [...order.fulfilmentOrders].sort((one, other) => OVER.includes(one.state) - OVER.includes(other.state));
  return html`
    <${Card} title=${t("order.parcels")}>
      ${parcels.length
        ? html`<ul class="parcels">${parcels.map((parcel) => html`<${Parcel} key=${parcel.id} parcel=${parcel} again=${again} />`)}</ul>`
        : html`<${Nothing} icon="box" title=${t("order.noParcels")} />`}
    <//>
  `;
}

function Parcel({ parcel, again }) {
  const { number, state, warehouse, lines } = parcel;
  return html`
    <li class="parcel" data-over=${OVER.includes(state) ? "" : null}>
      <div class="row apart">
        <div class="row">
          <strong>${warehouse.name}</strong><span class="mono quiet">${String(number)}</span><${State} kind="FulfilmentState" value=${state} />
          ${parcel.late && ![...OVER, "DELIVERED"].includes(state) && html`<${Badge} tone="warn" text=${t("order.late")} />`}
        </div>
        ${may("FULFILMENT_WRITE") && html`<${Steps} parcel=${parcel} again=${again} />`}
      </div>
      <${Content} lines=${lines} />
      <${Facts} columns=${2} facts=${[
        [t("order.plannedShipOn"), !parcel.shippedAt && parcel.plannedShipOn && day(parcel.plannedShipOn)],
        [t("order.shippedAt"), parcel.shippedAt && html`<${When} at=${parcel.shippedAt} />`],
        [t("order.arrivesOn"), !parcel.deliveredAt && parcel.arrivesOn && day(parcel.arrivesOn)],
        [t("order.deliveredAt"), parcel.deliveredAt && html`<${When} at=${parcel.deliveredAt} />`],
        [t("order.carrier"), parcel.carrier && html`${parcel.carrier} <span class="mono">${parcel.trackingNumber}</span>`],
        [t("order.rejectedBecause"), parcel.rejectReason && word("RejectReason", parcel.rejectReason)],
        [t("order.distance"), parcel.distanceKm !== null && unit(parcel.distanceKm, "kilometer")],
        [t("order.weight"), unit(parcel.weightG / 1000, "kilogram", 1)],
        [t("order.shippingCost"), html`<${Money} of=${parcel.cost} />`],
        [t("order.wave"), parcel.wave && html`<a href=${to(`/warehouse/waves/${encodeURIComponent(parcel.wave.id)}`)}>${String(parcel.wave.number)}</a>`],
      ]} />
    </li>
  `;
}

function Content({ lines }) {
  const rows = lines.map((line) => html`<div key=${line.orderLineId}>${t("order.lineOf", { count: line.quantity, name: line.name })} <span class="mono quiet">${line.sku}</span></div>`);
  if (lines.length <= LINES_SHOWN) return html`<div>${rows}</div>`;
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return html`<details><summary>${list([t("order.unitCount", { count: units }), t("order.skuCount", { count: lines.length })])}</summary>${rows}</details>`;
}

function Steps({ parcel, again }) {
  const [asking, setAsking] = useState(null);
  const [busy, once] = useBusy();
  const next = parcel.nextStates.filter((state) => FORWARDS.includes(state));
  const rejectable = parcel.nextStates.includes("REJECTED");
  const close = () => setAsking(null);
  const go = once(async (state) => {
    if (state === "SHIPPED") return setAsking("ship");
    await attempt(() => change(STEPS[state], { id: parcel.id }), t("order.stepDone", { number: String(parcel.number), state: word("FulfilmentState", state) }));
    await again();
  });
  const asked = { parcel, again, close };
  return html`
    <div class="row">
      ${next.slice(0, 1).map((state) => html`<button key=${state} class="button small primary" disabled=${busy} onClick=${() => go(state)}>${t(`order.step.${state}`)}</button>`)}
      ${(next.length > 1 || rejectable) &&
      html`<${Menu} icon="more" small label=${t("order.moreSteps", { number: String(parcel.number) })} items=${[
        ...next.slice(1).map((state) => ({ text: t(`order.step.${state}`), act: () => go(state) })),
        ...(rejectable ? [{ text: t("order.shortPick"), act: () => setAsking("short") }, { text: t("order.reject"), danger: true, act: () => setAsking("reject") }] : []),
      ]} />`}
      ${asking === "ship" && html`<${AskShip} ...${asked} />`}
      ${asking === "reject" && html`<${AskReject} ...${asked} />`}
      ${asking === "short" && html`<${AskShort} ...${asked} />`}
    </div>
  `;
}

function AskShip({ parcel: { id, number }, again, close }) {
  async function act(form) {
    await change(SHIP, { id, carrier: form.get("carrier"), trackingNumber: form.get("trackingNumber") });
    done(t("order.stepDone", { number: String(number), state: word("FulfilmentState", "SHIPPED") }));
    again();
  }
  return html`
    <${Confirm} title=${t("order.shipTitle", { number: String(number) })} verb=${t("order.step.SHIPPED")} act=${act} close=${close}>
      ${(refusal) => html`
        <${Field} label=${t("order.carrierName")} wrong=${refusal?.at("carrier")} control=${(own) => html`<input ...${own} name="carrier" required autofocus maxlength="100" />`} />
        <${Field} label=${t("order.trackingNumber")} wrong=${refusal?.at("trackingNumber")} control=${(own) => html`<input ...${own} name="trackingNumber" required maxlength="100" />`} />
      `}
    <//>
  `;
}

export function AskReject({ parcel: { id, number }, again, close }) {
  async function act(form) {
    await change(REJECT, { id, reason: form.get("reason"), note: form.get("note") });
    done(t("order.rejected"));
    again();
  }
  return html`
    <${Confirm} danger title=${t("order.rejectTitle", { number: String(number) })} text=${t("order.rejectText")} verb=${t("order.reject")} act=${act} close=${close}>
      <${Reason} kind="RejectReason" values=${REJECT_REASONS} /><${Note} />
    <//>
  `;
}

export function AskShort({ parcel: { id, number, lines }, again, close }) {
  async function act(form) {
    const missing = lines.map(({ orderLineId }) => ({ orderLineId, quantity: Number(form.get(orderLineId)) })).filter(({ quantity }) => quantity > 0);
    await change(SHORT_PICK, { id, missing, reason: form.get("reason"), note: form.get("note") });
    done(t("order.shortPicked"));
    again();
  }
  return html`
    <${Confirm} danger title=${t("order.shortPickTitle", { number: String(number) })} text=${t("order.shortPickText")} verb=${t("order.shortPick")} act=${act} close=${close}>
      ${lines.map(
        (line) => html`
          <${Field} key=${line.orderLineId} label=${line.name} hint=${t("order.ofUnits", { count: line.quantity })}
            control=${(own) => html`<input ...${own} type="number" name=${line.orderLineId} min="0" max=${line.quantity} defaultValue="0" />`} />
        `,
      )}
      <${Reason} kind="ShortPickReason" values=${["OUT_OF_STOCK", "DAMAGED"]} /><${Note} />
    <//>
  `;
}
