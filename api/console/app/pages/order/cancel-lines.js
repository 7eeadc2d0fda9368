// Cancelling some of an order's units, line by line.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t } from "../../i18n.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { done } from "../../parts/toast.js";
import { may } from "../../session.js";
import { CANCEL_REASONS, Note, Reason } from "./actions.js";

const CANCEL_LINES = gql`
  mutation CancelLines($input: CancelOrderLinesInput!) {
    cancelOrderLines(input: $input) { userErrors { code message field } }
  }
`;

/** Units of a line that have not left and were not cancelled before. */
const left = (line) => line.quantity - line.cancelled - line.shipped;

export function CancelLines({ order, again }) {
  const [asking, setAsking] = useState(null); // the order as it was when somebody began to choose
  if (!may("ORDERS_WRITE") || !order.supportedActions.includes("CANCEL_LINES")) return null;
  return html`
    <button class="button small" onClick=${() => setAsking(order)}><${Icon} name="close" />${t("order.cancelUnits")}</button>
    ${asking && html`<${Ask} order=${asking} again=${again} close=${() => setAsking(null)} />`}
  `;
}

function Ask({ order, again, close }) {
  const lines = order.lines.filter((line) => left(line) > 0);
  async function act(form) {
    const chosen = lines.map(({ id, sku }) => ({ sku, quantity: Number(form.get(id)) })).filter(({ quantity }) => quantity > 0);
    if (!chosen.length) throw new Error(t("order.cancelUnitsNone"));
    await change(CANCEL_LINES, {
      id: order.id,
      lines: chosen,
      reason: form.get("reason"),
      note: form.get("note"),
      alsoPicked: form.has("alsoPicked"),
      expectedVersion: order.version,
    });
    done(t("order.unitsCancelled", { count: chosen.reduce((sum, { quantity }) => sum + quantity, 0) }));
    again();
  }
  return html`
    <${Confirm} danger title=${t("order.cancelUnits")} text=${t("order.cancelUnitsText")} verb=${t("order.cancelUnits")} act=${act} close=${close}>
      ${lines.map(
        (line) => html`<${Field} key=${line.id} label=${line.name} hint=${t("order.cancelUnitsOf", { count: left(line), sku: line.sku })}
          control=${(own) => html`<input ...${own} class="short" type="number" name=${line.id} min="0" max=${left(line)} defaultValue="0" />`} />`,
      )}
      <label class="check"><input type="checkbox" name="alsoPicked" />${t("order.alsoPicked")}</label>
      <${Reason} kind="CancelReason" values=${CANCEL_REASONS} /><${Note} />
    <//>
  `;
}
