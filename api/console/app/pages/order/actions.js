// What can be done to an order as it is: exactly what the API says, as far as the key may.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t, word } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { attempt, done } from "../../parts/toast.js";
import { may } from "../../session.js";

const HOLD = gql`
  mutation Hold($input: HoldOrderInput!) {
    holdOrder(input: $input) { userErrors { code message field } }
  }
`;
const RELEASE = gql`
  mutation Release($input: ReleaseOrderInput!) {
    releaseOrder(input: $input) { userErrors { code message field } }
  }
`;
const CANCEL = gql`
  mutation Cancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) { userErrors { code message field } }
  }
`;
export const HOLD_REASONS = ["PAYMENT", "FRAUD", "ADDRESS", "CUSTOMER_REQUEST", "STOCK", "OTHER"];
export const CANCEL_REASONS = ["CUSTOMER", "OUT_OF_STOCK", "FRAUD", "PAYMENT", "DUPLICATE", "OTHER"];

export function Actions({ order, again }) {
  const [asking, setAsking] = useState(null);
  if (!may("ORDERS_WRITE")) return null;
  const can = (action) => order.supportedActions.includes(action);
  const close = () => setAsking(null);
  return html`
    ${can("RELEASE") && html`<${Button} class="primary" act=${() => release(order, again)}><${Icon} name="play" />${t("order.release")}<//>`}
    ${can("HOLD") && html`<button class="button" onClick=${() => setAsking("hold")}><${Icon} name="hold" />${t("order.hold")}</button>`}
    ${can("CANCEL") && html`<button class="button danger" onClick=${() => setAsking("cancel")}><${Icon} name="close" />${t("order.cancel")}</button>`}
    ${asking === "hold" && html`<${AskHold} order=${order} again=${again} close=${close} />`}
    ${asking === "cancel" && html`<${AskCancel} order=${order} again=${again} close=${close} />`}
  `;
}

/** The holds of an order that were not released. */
export const standing = ({ holds }) => holds.filter((hold) => !hold.releasedAt);

/** Releases every hold at once; undone by the same holds anew. */
export async function release(order, again) {
  const { id } = order;
  const back = async () => {
    for (const { reason, note } of standing(order)) await change(HOLD, { id, reason, note });
    again();
  };
  await attempt(() => change(RELEASE, { id }), t("order.released"), back);
  await again();
}

function AskHold({ order, again, close }) {
  const { id } = order;
  async function act(form) {
    const reason = form.get("reason");
    await change(HOLD, { id, reason, note: form.get("note") });
    const back = () => change(RELEASE, { id, reason }).then(again);
    const wasHeld = standing(order).some((hold) => hold.reason === reason); // it stays as it was, and so nothing is taken back
    done(t("order.held"), { undo: wasHeld ? null : () => attempt(back, t("order.released")) });
    again();
  }
  return html`
    <${Confirm} title=${t("order.holdTitle")} text=${t("order.holdText")} verb=${t("order.hold")} act=${act} close=${close}>
      <${Reason} kind="HoldReason" values=${HOLD_REASONS} /><${Note} />
    <//>
  `;
}

export function AskCancel({ order: { id, number }, again, close }) {
  async function act(form) {
    await change(CANCEL, { id, reason: form.get("reason"), note: form.get("note") });
    done(t("order.cancelled"));
    again();
  }
  return html`
    <${Confirm} danger title=${t("order.cancelTitle", { number: String(number) })} text=${t("order.cancelText")} verb=${t("order.cancel")} act=${act} close=${close}>
      <${Reason} kind="CancelReason" values=${CANCEL_REASONS} /><${Note} />
    <//>
  `;
}

/** The field `reason`: one of an enum's values. */
export const Reason = ({ kind, values }) => html`
  <${Field} label=${t("order.reason")} control=${(own) => html`
    <select ...${own} name="reason">${values.map((value) => html`<option key=${value} value=${value}>${word(kind, value)}</option>`)}</select>
  `} />
`;

/** The field `note`. */
export const Note = () => html`
  <${Field} label=${t("order.note")} hint=${t("order.noteHint")} control=${(own) => html`<input ...${own} name="note" maxlength="500" />`} />
`;
