// Planning waves: what is due becomes waves of a size that one cart holds.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t, word } from "../../i18n.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { done } from "../../parts/toast.js";

const PLAN = gql`
  mutation PlanWaves($input: PlanWavesInput!) {
    planWaves(input: $input) {
      userErrors {
        code
        message
        field
      }
      more
      waves {
        id
      }
    }
  }
`;
const PRIORITIES = ["URGENT", "HIGH", "NORMAL"];

export function PlanWaves({ warehouse, planned }) {
  const [asking, setAsking] = useState(false);
  return html`
    <button class="button primary" onClick=${() => setAsking(true)}><${Icon} name="plus" />${t("warehouse.plan")}</button>
    ${asking && html`<${Ask} warehouse=${warehouse} planned=${planned} close=${() => setAsking(false)} />`}
  `;
}

function Ask({ warehouse, planned, close }) {
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  async function act(form) {
    const priorities = form.getAll("priority");
    const { waves, more } = await change(PLAN, {
      warehouse: warehouse.code,
      shipBy: form.get("shipBy") || null,
      parcelsMax: Number(form.get("parcelsMax")),
      priorities: priorities.length < PRIORITIES.length ? priorities : null,
      idempotencyKey,
    });
    done(waves.length ? t(more ? "warehouse.planMore" : "warehouse.planDone", { count: waves.length }) : t("warehouse.nothingDue"));
    planned();
  }
  return html`
    <${Confirm} title=${t("warehouse.planTitle", { name: warehouse.name })} text=${t("warehouse.planText")} verb=${t("warehouse.plan")} act=${act} close=${close}>
      ${(refusal) => html`
        <${Field} label=${t("warehouse.shipBy")} hint=${t("warehouse.shipByHint")} wrong=${refusal?.at("shipBy")} control=${(own) => html`<input ...${own} type="date" name="shipBy" />`} />
        <${Field} label=${t("warehouse.parcelsMax")} wrong=${refusal?.at("parcelsMax")} control=${(own) => html`<input ...${own} type="number" name="parcelsMax" min="1" max="500" defaultValue="50" required />`} />
        <fieldset class="row"><legend>${t("warehouse.priorities")}</legend>
          ${PRIORITIES.map((each) => html`<label key=${each} class="row tight"><input type="checkbox" name="priority" value=${each} defaultChecked />${word("OrderPriority", each)}</label>`)}
        </fieldset>
      `}
    <//>
  `;
}
