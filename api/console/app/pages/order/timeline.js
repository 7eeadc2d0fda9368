// What happened to an order, newest first.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { list } from "../../format.js";
import { ours, t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { say } from "../../parts/saying.js";

const SHOWN = 12;
const TONES = {
  ORDER_HELD: "warn",
  ORDER_BACKORDERED: "warn",
  ORDER_CHANGE_RAISED: "warn",
  ORDER_CANCELLED: "bad",
  ORDER_UNITS_CANCELLED: "bad",
  FULFILMENT_REJECTED: "bad",
  FULFILMENT_SHORT_PICKED: "bad",
  FULFILMENT_SHIPPED: "good",
  FULFILMENT_DELIVERED: "good",
  ORDER_COMPLETED: "good",
};
const REASONS = {
  ORDER_HELD: "HoldReason",
  ORDER_CANCELLED: "CancelReason",
  ORDER_UNITS_CANCELLED: "CancelReason",
  FULFILMENT_REJECTED: "RejectReason",
  FULFILMENT_SHORT_PICKED: "ShortPickReason",
};

/** The sentence of a decision's event; the decision that is of the same moment has it in parts. */
function explained({ at, payload }, decisions) {
  const decision = payload.explanation && decisions.find((each) => each.at === at);
  return say(decision?.statement, payload.explanation);
}

/** What an event tells beyond its kind, as texts. */
function details(event, nameOf, decisions) {
  const { kind, payload } = event;
  return [
    payload.warehouse && nameOf(payload.warehouse),
    payload.reason && REASONS[kind] && word(REASONS[kind], payload.reason),
    payload.reasons && list(payload.reasons.map((reason) => word("HoldReason", reason))),
    payload.carrier && `${payload.carrier} ${payload.trackingNumber}`,
    payload.changed && payload.changed.join(", "),
    payload.missing && t("order.missing", { count: payload.missing.reduce((sum, { quantity }) => sum + quantity, 0) }),
    explained(event, decisions),
    payload.note && ours(payload.note),
  ].filter(Boolean);
}

export function Timeline({ events, decisions, warehouses }) {
  const [all, setAll] = useState(false);
  const newest = [...events].reverse();
  const shown = all ? newest : newest.slice(0, SHOWN);
  const nameOf = (code) => warehouses.find((warehouse) => warehouse.code === code)?.name ?? code;
  return html`
    <ol class="timeline">
      ${shown.map(
        (event) => html`
          <li key=${event.version} data-tone=${TONES[event.kind] ?? "info"}>
            <div class="row apart"><span class="strong">${word("OrderEventKind", event.kind)}</span><span class="quiet small"><${When} at=${event.at} /></span></div>
            ${details(event, nameOf, decisions).map((text) => html`<div key=${text}>${text}</div>`)}
            <div class="quiet small">${ours(event.actor)}</div>
          </li>
        `,
      )}
    </ol>
    ${newest.length > shown.length && html`<button class="button plain small" onClick=${() => setAll(true)}>${t("order.earlier", { count: newest.length - shown.length })}</button>`}
  `;
}
