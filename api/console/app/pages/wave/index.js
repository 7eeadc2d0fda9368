// One wave: what is fetched for it, and the parcels it goes into.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { gql, useFollow, useQuery, useThrottled } from "../../api.js";
import { day, number } from "../../format.js";
import { t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Table } from "../../parts/table.js";
import { Tabs } from "../../parts/tabs.js";
import { place, refine, to } from "../../router.js";
import { GoByScan } from "../warehouse/index.js";
import { PARCELS_MOVE, Progress, WaveActions } from "../warehouse/waves.js";

const WAVE = gql`
  query OneWave($id: ID!) {
    wave(id: $id) {
      id
      number
      state
      shipBy
      releasedBy
      warehouse {
        code
        name
      }
      progress {
        parcels
        toPick
        picking
        packed
        shipped
      }
      pickList {
        pdfPath
        rows {
          sku
          name
          barcode
          units
          parcels
        }
        parcels {
          position
          fulfilmentOrder {
            id
            number
            state
            lines {
              orderLineId
              sku
              quantity
            }
            order {
              id
              number
              priority
              shipTo {
                city
                countryCode
              }
            }
          }
        }
      }
    }
  }
`;
const ROWS = [
  { id: "sku", title: "wave.sku", cell: (row) => html`<span class="mono strong">${row.sku}</span>` },
  { id: "name", title: "wave.name", cell: (row) => row.name },
  { id: "barcode", title: "wave.barcode", minor: true, cell: (row) => html`<span class="mono">${row.barcode}</span>` },
  { id: "units", title: "wave.units", end: true, cell: (row) => html`<strong>${number(row.units)}</strong>` },
  { id: "parcels", title: "wave.parcels", end: true, cell: (row) => number(row.parcels) },
];
const bench = ({ fulfilmentOrder }) => to(`/warehouse/parcels/${encodeURIComponent(fulfilmentOrder.id)}`);
const PARCELS = [
  { id: "position", title: "wave.position", end: true, cell: (row) => row.position },
  { id: "number", title: "wave.parcel", cell: (row) => html`<a class="strong" href=${bench(row)}>${row.fulfilmentOrder.number}</a>` },
  { id: "order", title: "wave.order", cell: ({ fulfilmentOrder: { order } }) => order.number },
  { id: "priority", title: "wave.priority", minor: true, cell: ({ fulfilmentOrder: { order } }) => order.priority !== "NORMAL" && html`<${State} kind="OrderPriority" value=${order.priority} />` },
  { id: "to", title: "wave.to", minor: true, cell: ({ fulfilmentOrder: { order } }) => [order.shipTo.city, order.shipTo.countryCode].filter(Boolean).join(", ") },
  { id: "lines", title: "wave.content", cell: ({ fulfilmentOrder }) => html`<ul class="plain-list">${fulfilmentOrder.lines.map((line) => html`<li key=${line.orderLineId}>${number(line.quantity)} × <span class="mono">${line.sku}</span></li>`)}</ul>` },
  { id: "state", title: "wave.state", cell: (row) => html`<${State} kind="FulfilmentState" value=${row.fulfilmentOrder.state} />` },
];

function Wave({ id }) {
  const query = useQuery(WAVE, { id });
  const soon = useThrottled(query.again, 1500);
  useFollow(PARCELS_MOVE, {}, { event: soon, missed: soon });
  return html`<${Answer} query=${query} lines=${8}>${({ wave }) => (wave ? html`<${Sheet} wave=${wave} again=${query.again} />` : html`<${Unknown} />`)}<//>`;
}

const Unknown = () => html`<${Nothing} title=${t("wave.unknown")} icon="search"><a class="button" href=${to("/warehouse")}>${t("warehouse.title")}</a><//>`;

function Sheet({ wave, again }) {
  const name = t("wave.heading", { number: String(wave.number) });
  useEffect(() => void (document.title = `${name} · Forebay`), [name]);
  const { tab = "parcels" } = place.value.query;
  const { rows, parcels } = wave.pickList;
  const tabs = [
    { id: "parcels", text: t("wave.parcels"), count: parcels.length },
    { id: "rows", text: t("wave.toFetch"), count: rows.length },
  ];
  const panels = {
    parcels: () => html`<${Table} label=${t("wave.parcels")} columns=${PARCELS} rows=${parcels} rowId=${(row) => row.fulfilmentOrder.id} href=${bench} />`,
    rows: () => html`<${Table} label=${t("wave.toFetch")} columns=${ROWS} rows=${rows} rowId=${(row) => row.sku} />`,
  };
  const back = html`<a class="back" href=${to("/warehouse", { at: wave.warehouse.code })}><${Icon} name="left" />${wave.warehouse.name}</a>`;
  return html`
    <${PageHead} back=${back} title=${html`<span class="row">${name}<${State} kind="WaveState" value=${wave.state} /></span>`} note=${`${t("warehouse.shipBy")} ${day(wave.shipBy)}`}>
      <${WaveActions} wave=${wave} again=${again} />
    <//>
    <div class="stack">
      <${Card}><div class="stack"><${GoByScan} /><${Progress} progress=${wave.progress} /></div><//>
      <${Card} flush><${Tabs} label=${name} tabs=${tabs} open=${tab} choose=${(tab) => refine({ tab }, { replace: true })}>${(open) => panels[open]()}<//><//>
    </div>
  `;
}

export default { component: Wave };
