// The waves that are open or being picked, how far each is, and what can be done with it.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { openFile } from "../../files.js";
import { day, number } from "../../format.js";
import { t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { Nothing } from "../../parts/conditions.js";
import { Confirm } from "../../parts/dialog.js";
import { Card } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Pager, useList } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { attempt, done, failed } from "../../parts/toast.js";
import { to } from "../../router.js";
import { may } from "../../session.js";

const WAVES = gql`
  query OpenWaves($warehouse: String!, $first: Int, $after: String, $last: Int, $before: String) {
    waves(where: { warehouse: { eq: $warehouse }, state: { in: [OPEN, RELEASED] } }, direction: ASC, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        number
        state
        shipBy
        progress {
          parcels
          toPick
          picking
          packed
          shipped
        }
        pickList {
          pdfPath
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;
const RELEASE = gql`
  mutation ReleaseWave($input: WaveInput!) {
    releaseWave(input: $input) {
      userErrors {
        code
        message
        field
      }
      leftOut {
        id
      }
    }
  }
`;
const CANCEL = gql`
  mutation CancelWave($input: WaveInput!) {
    cancelWave(input: $input) {
      userErrors {
        code
        message
        field
      }
      wave {
        id
      }
    }
  }
`;
export const PARCELS_MOVE = gql`
  subscription ParcelsMove($after: String) {
    orderEvents(after: $after, where: { kinds: [FULFILMENT_PICKING, FULFILMENT_PACKED, FULFILMENT_SHIPPED, FULFILMENT_REJECTED, ORDER_CANCELLED] }) {
      position
      kind
    }
  }
`;
const STAGES = ["toPick", "picking", "packed", "shipped"];

/** How many parcels stand where, as a bar and in words. */
export function Progress({ progress }) {
  const said = STAGES.filter((stage) => progress[stage]).map((stage) => `${t(`warehouse.stage.${stage}`)} ${number(progress[stage])}`);
  return html`
    <div class="wave-progress">
      <div class="unit-bar" aria-hidden="true">${STAGES.toReversed().map((stage) => html`<span key=${stage} data-stage=${stage} style=${{ flexGrow: progress[stage] }}></span>`)}</div>
      <div class="small quiet">${said.join(" · ")}</div>
    </div>
  `;
}

/** Release, print, give up: as far as the wave's state and the key allow. */
export function WaveActions({ wave, again }) {
  const [asking, setAsking] = useState(false);
  const mine = may("FULFILMENT_WRITE");
  async function release() {
    try {
      const { leftOut } = await change(RELEASE, { id: wave.id });
      done(leftOut.length ? t("warehouse.releasedWithout", { count: leftOut.length }) : t("warehouse.released"));
    } catch (error) {
      failed(error);
    }
    await again();
  }
  async function giveUp() {
    await change(CANCEL, { id: wave.id });
    done(t("warehouse.gaveUp"));
    again();
  }
  return html`
    <div class="row end-row">
      <${Button} class="small" act=${() => openFile(wave.pickList.pdfPath).catch(failed)}><${Icon} name="print" />${t("warehouse.print")}<//>
      ${mine && wave.state === "OPEN" && html`<button class="button small" onClick=${() => setAsking(true)}>${t("warehouse.giveUp")}</button>`}
      ${mine && wave.state === "OPEN" && html`<${Button} class="small primary" act=${release}>${t("warehouse.release")}<//>`}
      ${asking && html`<${Confirm} danger title=${t("warehouse.giveUpTitle", { number: String(wave.number) })} text=${t("warehouse.giveUpText")} verb=${t("warehouse.giveUp")} act=${giveUp} close=${() => setAsking(false)} />`}
    </div>
  `;
}

const href = ({ id }) => to(`/warehouse/waves/${encodeURIComponent(id)}`);

const columns = (again) => [
  { id: "number", title: "warehouse.wave", cell: (wave) => html`<a class="strong" href=${href(wave)}>W${wave.number}</a>` },
  { id: "state", title: "warehouse.state", cell: (wave) => html`<${State} kind="WaveState" value=${wave.state} />` },
  { id: "shipBy", title: "warehouse.shipBy", cell: (wave) => day(wave.shipBy) },
  { id: "parcels", title: "warehouse.parcels", end: true, cell: (wave) => number(wave.progress.parcels) },
  { id: "progress", title: "warehouse.progress", cell: (wave) => html`<${Progress} progress=${wave.progress} />` },
  { id: "act", title: "parts.actions", end: true, cell: (wave) => html`<${WaveActions} wave=${wave} again=${again} />` },
];

export function Waves({ warehouse, at }) {
  const list = useList(WAVES, { warehouse }, { at });
  return html`
    <${Card} flush title=${t("warehouse.waves")}>
      <${Table} label=${t("warehouse.waves")} columns=${columns(list.again)} href=${href} ...${list}
        empty=${html`<${Nothing} icon="wave" title=${t("warehouse.noWaves")} text=${t("warehouse.noWavesText")} />`} />
      <${Pager} list=${list} />
    <//>
  `;
}
