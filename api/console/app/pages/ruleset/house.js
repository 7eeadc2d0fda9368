// What holds for the whole house: when a planned order moves, and whether what units are worth to orders to come counts.
import { html } from "htm/preact";

import { t } from "../../i18n.js";
import { Card } from "../../parts/facts.js";
import { Whole } from "./rows.js";

export function Reevaluation({ rule, set }) {
  const change = (part) => set({ ...rule, ...part });
  return html`
    <${Card} title=${t("ruleset.reevaluation")}>
      <p class="quiet spaced">${t("ruleset.reevaluationText")}</p>
      <div class="row top wrap">
        <${Whole} label=${t("ruleset.savingMin")} value=${rule.savingMinMinor} set=${(savingMinMinor) => change({ savingMinMinor })} />
        <label class="words narrow"><span class="quiet small">${t("ruleset.savingShare")}</span>
          <input type="number" min="0" max="100" step="any" value=${rule.savingMinShare * 100} onChange=${(event) => change({ savingMinShare: Number(event.target.value) / 100 })} />
        </label>
        <${Whole} label=${t("ruleset.holdMinutes")} max="2880" value=${rule.holdMinutes} set=${(holdMinutes) => change({ holdMinutes })} />
      </div>
    <//>
  `;
}

export const BidPrices = ({ rule, set }) => html`
  <${Card} title=${t("ruleset.bidPrices")}>
    <label class="row top check"><input type="checkbox" checked=${rule === "ON"} onChange=${(event) => set(event.target.checked ? "ON" : "OFF")} />${t("ruleset.bidPricesText")}</label>
  <//>
`;
