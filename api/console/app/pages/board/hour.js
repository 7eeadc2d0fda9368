// How many orders came and parcels left in each of the last 60 minutes.
import { html } from "htm/preact";

import { number, time } from "../../format.js";
import { t } from "../../i18n.js";
import { Chart } from "../../parts/chart.js";
import { Card } from "../../parts/facts.js";

const SERIES = [
  ["placed", "board.placed"],
  ["shipped", "board.shipped"],
  ["delivered", "board.delivered"],
];

export function LastHour({ minutes }) {
  const total = (name) => minutes.reduce((sum, { throughput }) => sum + throughput[name], 0);
  const rates = html`<span class="quiet">${t("board.rates", { placed: number(total("placed")), shipped: number(total("shipped")) })}</span>`;
  return html`
    <${Card} title=${t("board.lastHour")} actions=${rates}>
      <${Chart} label=${t("board.lastHour")} names=${minutes.map(({ at }) => time(at))} height=${230}
        series=${SERIES.map(([name, text]) => ({ name: t(text), values: minutes.map(({ throughput }) => throughput[name]) }))} />
    <//>
  `;
}
