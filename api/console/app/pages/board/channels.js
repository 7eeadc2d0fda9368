// Each channel's open work by stage, and what came and left today.
import { html } from "htm/preact";

import { number } from "../../format.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { to } from "../../router.js";
import { listOf } from "./stages.js";

export function Channels({ board: { channels, stages } }) {
  if (!channels.length) return html`<${Card} title=${t("board.channels")}><${Nothing} title=${t("board.noChannels")} /><//>`;
  const most = Math.max(...stages.flatMap((stage) => stage.channels.map(({ count }) => count)), 1);
  return html`
    <${Card} flush title=${t("board.channels")}>
      <div class="table-frame" tabindex="0" role="group" aria-label=${t("board.channels")}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">${t("board.channel")}</th>
              ${stages.map(({ stage }) => html`<th key=${stage} scope="col" class="end">${word("BoardStage", stage)}</th>`)}
              <th scope="col" class="end">${t("board.unitsOpen")}</th>
              <th scope="col">${t("board.oldestOrder")}</th>
              <th scope="col" class="end">${t("board.placedToday")}</th>
              <th scope="col" class="end">${t("board.shippedToday")}</th>
            </tr>
          </thead>
          <tbody>
            ${channels.map((row) => html`<${Row} key=${row.channel.code} row=${row} stages=${stages} most=${most} />`)}
          </tbody>
        </table>
      </div>
    <//>
  `;
}

function Row({ row: { channel, backlog, today }, stages, most }) {
  return html`
    <tr>
      <th scope="row"><a href=${to("/orders", { channel: channel.code })}>${channel.name}</a></th>
      ${stages.map((stage) => html`<${Cell} key=${stage.stage} stage=${stage} channel=${channel.code} most=${most} />`)}
      <td class="end">${number(backlog.units)}</td>
      <td><${When} at=${backlog.oldestPlacedAt} /></td>
      <td class="end">${number(today.placed)}</td>
      <td class="end">${number(today.shipped)}</td>
    </tr>
  `;
}

/** The more there is, the stronger its ground. */
function Cell({ stage: { stage, channels }, channel, most }) {
  const count = channels.find((each) => each.channel.code === channel)?.count ?? 0;
  if (!count) return html`<td class="end quiet">–</td>`;
  const href = listOf(stage, channel);
  const heat = `${Math.round(8 + 30 * Math.sqrt(count / most))}%`;
  return html`<td class="end heat" style=${{ "--heat": heat }}>${href ? html`<a href=${href}>${number(count)}</a>` : number(count)}</td>`;
}
