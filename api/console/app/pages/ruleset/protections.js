// Units per SKU and warehouse that only orders of one channel may take.
import { html } from "htm/preact";

import { t } from "../../i18n.js";
import { useChannels } from "../../parts/channels.js";
import { Card } from "../../parts/facts.js";
import { Pick, Rows, Whole, Words } from "./rows.js";

export function Protections({ protections, set, open }) {
  const channels = useChannels();
  if (!open && !protections.length) return null;
  const make = () => ({ channel: channels[0]?.code ?? "", units: 1, warehouses: [], skus: [] });
  return html`
    <${Card} title=${t("ruleset.protections")}>
      <p class="quiet">${t("ruleset.protectionsText")}</p>
      <${Rows} entries=${protections} set=${set} make=${make} add=${t("ruleset.addProtection")} name=${(each) => each.channel}>
        ${(each, change) => html`
          <div class="row top wrap">
            <${Pick} label=${t("ruleset.channel")} value=${each.channel} values=${channels.map(({ code }) => code)} text=${(code) => channels.find((channel) => channel.code === code)?.name ?? code} set=${(channel) => change({ channel })} />
            <${Whole} label=${t("ruleset.units")} min="1" value=${each.units} set=${(units) => change({ units })} />
            <${Words} label=${t("ruleset.warehouses")} hint=${t("ruleset.all")} values=${each.warehouses} set=${(warehouses) => change({ warehouses })} />
            <${Words} label=${t("ruleset.skus")} hint=${t("ruleset.all")} values=${each.skus} set=${(skus) => change({ skus })} />
          </div>
        `}
      <//>
    <//>
  `;
}
