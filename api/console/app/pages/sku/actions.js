// What can be done to a SKU's stock: receive, count, adjust, transfer, hold.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql, useQuery } from "../../api.js";
import { number } from "../../format.js";
import { t, word } from "../../i18n.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Menu } from "../../parts/menu.js";
import { done } from "../../parts/toast.js";
import { may } from "../../session.js";

const WAREHOUSES = gql`
  query WarehousesForStock {
    warehouses(where: { active: true }, first: 100) {
      nodes {
        code
        name
      }
    }
  }
`;
const RECEIVE = gql`
  mutation Receive($input: ReceiveStockInput!) {
    receiveStock(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockLevels {
        id
      }
    }
  }
`;
const COUNT = gql`
  mutation CountStock($input: SetStockInput!) {
    setStock(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockLevel {
        id
      }
    }
  }
`;
const ADJUST = gql`
  mutation Adjust($input: AdjustStockInput!) {
    adjustStock(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockLevel {
        id
      }
    }
  }
`;
const TRANSFER = gql`
  mutation Transfer($input: TransferStockInput!) {
    transferStock(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockTransfer {
        id
      }
    }
  }
`;
const HOLD = gql`
  mutation HoldUnits($input: HoldStockInput!) {
    holdStock(input: $input) {
      userErrors {
        code
        message
        field
      }
      stockHold {
        id
      }
    }
  }
`;
const ADJUST_REASONS = ["DAMAGED", "LOST", "FOUND", "RETURNED", "CORRECTED"];

const Where = ({ name = "warehouse", label, warehouses, wrong }) => html`
  <${Field} label=${label} wrong=${wrong} control=${(own) => html`<select ...${own} name=${name} required>${warehouses.map(({ code, name: text }) => html`<option key=${code} value=${code}>${text}</option>`)}</select>`} />
`;
const Units = ({ label, hint, name = "quantity", wrong, least = 1 }) => html`
  <${Field} label=${label} hint=${hint} wrong=${wrong} control=${(own) => html`<input ...${own} type="number" name=${name} min=${least} required autofocus />`} />
`;
const Text = ({ name, label }) => html`<${Field} label=${label} control=${(own) => html`<input ...${own} name=${name} maxlength="200" />`} />`;

/** Each is told what the form says, and makes the input of its mutation; `fields` are what is asked. */
const VERBS = {
  receive: {
    document: RECEIVE,
    input: (sku, form) => ({ warehouse: form.get("warehouse"), lines: [{ sku, quantity: Number(form.get("quantity")) }], reference: form.get("reference") }),
    fields: ({ warehouses, refusal }) => html`
      <${Where} label=${t("sku.warehouse")} warehouses=${warehouses} />
      <${Units} label=${t("sku.units")} wrong=${refusal?.at("lines[0].quantity")} />
      <${Text} name="reference" label=${t("sku.reference")} />
    `,
  },
  count: {
    document: COUNT,
    input: (sku, form) => ({ warehouse: form.get("warehouse"), sku, quantity: Number(form.get("quantity")) }),
    fields: ({ warehouses, levels, refusal }) => html`
      <${Where} label=${t("sku.warehouse")} warehouses=${warehouses} />
      <${Units} label=${t("sku.counted")} least="0" wrong=${refusal?.at("quantity")}
        hint=${levels.map((level) => `${level.warehouse.name}: ${number(level.onHand)}`).join(", ")} />
    `,
  },
  adjust: {
    document: ADJUST,
    input: (sku, form) => ({ warehouse: form.get("warehouse"), sku, delta: Number(form.get("delta")), reason: form.get("reason"), bucket: form.get("bucket"), note: form.get("note") }),
    fields: ({ warehouses, refusal }) => html`
      <${Where} label=${t("sku.warehouse")} warehouses=${warehouses} />
      <${Units} name="delta" least=${null} label=${t("sku.delta")} hint=${t("sku.deltaHint")} wrong=${refusal?.at("delta")} />
      <${Field} label=${t("sku.bucket")} control=${(own) => html`<select ...${own} name="bucket">${["ON_HAND", "UNSELLABLE"].map((each) => html`<option key=${each} value=${each}>${word("StockBucket", each)}</option>`)}</select>`} />
      <${Field} label=${t("sku.reason")} control=${(own) => html`<select ...${own} name="reason">${ADJUST_REASONS.map((each) => html`<option key=${each} value=${each}>${word("AdjustReason", each)}</option>`)}</select>`} />
      <${Text} name="note" label=${t("sku.noteText")} />
    `,
  },
  transfer: {
    document: TRANSFER,
    input: (sku, form) => ({ sku, quantity: Number(form.get("quantity")), fromWarehouse: form.get("from"), toWarehouse: form.get("to") }),
    fields: ({ warehouses, refusal }) => html`
      <${Where} name="from" label=${t("sku.from")} warehouses=${warehouses} wrong=${refusal?.at("fromWarehouse")} />
      <${Where} name="to" label=${t("sku.to")} warehouses=${warehouses} wrong=${refusal?.at("toWarehouse")} />
      <${Units} label=${t("sku.units")} wrong=${refusal?.at("quantity")} />
    `,
  },
  hold: {
    document: HOLD,
    input: (sku, form) => ({
      warehouse: form.get("warehouse"),
      sku,
      quantity: Number(form.get("quantity")),
      reference: form.get("reference"),
      expiresAt: form.get("until") ? new Date(form.get("until")).toISOString() : null,
    }),
    fields: ({ warehouses, refusal }) => html`
      <${Where} label=${t("sku.warehouse")} warehouses=${warehouses} />
      <${Units} label=${t("sku.units")} wrong=${refusal?.at("quantity")} />
      <${Text} name="reference" label=${t("sku.reference")} />
      <${Field} label=${t("sku.until")} wrong=${refusal?.at("expiresAt")} control=${(own) => html`<input ...${own} type="datetime-local" name="until" />`} />
    `,
  },
};

export function Actions({ sku, levels, again }) {
  const [verb, ask] = useState(null);
  if (!may("STOCK_WRITE")) return null;
  const [first, ...others] = Object.keys(VERBS);
  return html`
    <button class="button primary" onClick=${() => ask(first)}>${t(`sku.verb.${first}`)}</button>
    <${Menu} icon="more" plain=${false} label=${t("sku.more")} items=${others.map((each) => ({ text: t(`sku.verb.${each}`), act: () => ask(each) }))} />
    ${verb && html`<${Ask} key=${verb} verb=${verb} sku=${sku} levels=${levels} again=${again} close=${() => ask(null)} />`}
  `;
}

function Ask({ verb, sku, levels, again, close }) {
  const warehouses = useQuery(WAREHOUSES).data?.warehouses.nodes ?? [];
  // the same for each attempt of this form, so that a lost answer does not move the units twice
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const { document, input, fields } = VERBS[verb];
  async function act(form) {
    await change(document, { ...input(sku, form), idempotencyKey });
    done(t("sku.moved"));
    again();
  }
  return html`
    <${Confirm} title=${t(`sku.verb.${verb}`)} text=${t(`sku.verbText.${verb}`)} verb=${t(`sku.verb.${verb}`)} act=${act} close=${close}>
      ${(refusal) => fields({ warehouses, levels, refusal })}
    <//>
  `;
}
