// Open work by the stage it is at, in the order in which it passes.
import { html } from "htm/preact";

import { number } from "../../format.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Icon } from "../../parts/icon.js";
import { to } from "../../router.js";

const ICONS = { WAITING: "scale", ON_HOLD: "hold", BACKORDERED: "inbox", TO_PICK: "list", PICKING: "barcode", PACKED: "box" };
const TONES = { WAITING: "info", ON_HOLD: "warn", BACKORDERED: "warn", TO_PICK: "progress", PICKING: "progress", PACKED: "good" };
const OF_ORDERS = ["WAITING", "ON_HOLD", "BACKORDERED"];

/** Where the orders at a stage are listed; stages of parcels have no list of orders. */
export const listOf = (stage, channel = null) => (OF_ORDERS.includes(stage) ? to("/orders", { sourcing: stage, channel }) : null);

export const Stages = ({ stages }) => html`
  <ol class="stages" aria-label=${t("board.stages")}>
    ${stages.map((each) => html`<${Stage} key=${each.stage} ...${each} />`)}
  </ol>
`;

function Stage({ stage, count, oldestAt }) {
  const href = count > 0 && listOf(stage);
  const content = html`
    <span class="row tight"><${Icon} name=${ICONS[stage]} />${word("BoardStage", stage)}</span>
    <span key=${count} class="figure-value">${number(count)}</span>
    <span class="quiet small">${oldestAt ? html`${t("board.oldest")} <${When} at=${oldestAt} />` : t(OF_ORDERS.includes(stage) ? "board.orders" : "board.parcels")}</span>
  `;
  return html`<li class="card stage" data-tone=${TONES[stage]} data-empty=${count ? null : ""}>${href ? html`<a href=${href}>${content}</a>` : html`<div>${content}</div>`}</li>`;
}
