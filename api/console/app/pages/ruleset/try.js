// Trying rules on past orders before they decide.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { t } from "../../i18n.js";
import { useBusy } from "../../parts/button.js";
import { Card } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { failed } from "../../parts/toast.js";
import { go } from "../../router.js";
import { may } from "../../session.js";

const DAY_MS = 86_400_000;
const DAYS = [1, 7, 14, 31];
const SIMULATE = gql`
  mutation Simulate($input: SimulateSourcingInput!) {
    simulateSourcing(input: $input) {
      userErrors {
        code
        message
        field
      }
      simulation {
        id
      }
    }
  }
`;

export function Try({ ruleSet, changed }) {
  const [busy, once] = useBusy();
  if (!may("CATALOG_WRITE")) return null;
  const onSubmit = once(async (event) => {
    const now = Date.now();
    const days = Number(new FormData(event.target).get("days"));
    const [from, to] = [now - days * DAY_MS, now - 1000].map((at) => new Date(at).toISOString());
    try {
      const { simulation } = await change(SIMULATE, { ruleSetId: ruleSet.id, from, to, idempotencyKey: crypto.randomUUID() });
      go(`/simulations/${encodeURIComponent(simulation.id)}`);
    } catch (error) {
      failed(error);
    }
  });
  return html`
    <${Card}>
      <form class="row" onSubmit=${onSubmit}>
        <span>${t("ruleset.tryText")}</span>
        <select class="fit" name="days" aria-label=${t("ruleset.days")}>${DAYS.map((days) => html`<option key=${days} value=${days}>${t("ruleset.lastDays", { count: days })}</option>`)}</select>
        <button class="button" disabled=${changed || busy}><${Icon} name="scale" />${t("ruleset.simulate")}</button>
        ${changed && html`<span class="quiet">${t("ruleset.saveFirst")}</span>`}
      </form>
    <//>
  `;
}
