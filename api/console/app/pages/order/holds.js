// Why an order waits or waited.
import { html } from "htm/preact";

import { ours, t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Badge } from "../../parts/badge.js";
import { Card } from "../../parts/facts.js";

export function Holds({ order }) {
  if (!order.holds.length) return null;
  return html`
    <${Card} title=${t("order.holds")}>
      <ul class="stack">
        ${order.holds.map(
          (hold) => html`
            <li key=${hold.id}>
              <div class="row">
                <${Badge} tone=${hold.releasedAt ? "neutral" : "warn"} text=${word("HoldReason", hold.reason)} />
                <span class="quiet small"><${When} at=${hold.placedAt} /> · ${ours(hold.placedBy)}</span>
              </div>
              ${hold.note && html`<div>${hold.note}</div>`}
              ${hold.releasedAt && html`<div class="quiet small">${t("order.releasedBy", { name: ours(hold.releasedBy) })} <${When} at=${hold.releasedAt} /></div>`}
            </li>
          `,
        )}
      </ul>
    <//>
  `;
}
