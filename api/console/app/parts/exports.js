// Exports: asking for a file in some format, following how far it is, and downloading it.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql, useEvery, useQuery } from "../api.js";
import { number, percent } from "../format.js";
import { t } from "../i18n.js";
import { viewer } from "../session.js";
import { When } from "./amounts.js";
import { State } from "./badge.js";
import { Button, useBusy } from "./button.js";
import { Nothing } from "./conditions.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";
import { Table } from "./table.js";
import { attempt, failed } from "./toast.js";

const RECENT = gql`
  query RecentExports {
    exports(first: 20) {
      nodes {
        id
        format
        fileName
        state
        done
        rows
        bytes
        error
        createdAt
        createdBy
        link
      }
    }
  }
`;
const CANCEL = gql`
  mutation CancelExport($input: CancelExportInput!) {
    cancelExport(input: $input) {
      userErrors {
        message
        code
        field
      }
    }
  }
`;
const FORMATS = { CSV: "CSV", XLSX: "XLSX", PARQUET: "Parquet" };
const UNDER_WAY = ["WAITING", "RUNNING"];
const PAUSE_MS = 1000;
const SIZES = [
  ["megabyte", 1e6],
  ["kilobyte", 1e3],
  ["byte", 1],
];

function size(bytes) {
  const [unit, length] = SIZES.find(([, least]) => bytes >= least) ?? SIZES[2];
  return number(bytes / length, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 });
}

/** Asks for a file of what is shown; `start` is given what ExportOrdersInput and ExportReportInput have in common. */
export function ExportButton({ start }) {
  const [open, setOpen] = useState(false);
  const [, once] = useBusy();
  const ask = once(async (format) => {
    try {
      await start({ format, bom: format === "CSV" }); // Excel takes a CSV without it for another character set
      setOpen(true);
    } catch (error) {
      failed(error);
    }
  });
  return html`
    <${Menu} icon="download" label=${t("parts.export")} text=${t("parts.export")} plain=${false}
      items=${Object.entries(FORMATS).map(([format, text]) => ({ text, act: () => ask(format) }))} />
    ${open && html`<${Dialog} title=${t("parts.exports")} wide close=${() => setOpen(false)}><${Exports} /><//>`}
  `;
}

/** The reader's recent exports, read again each second while one is under way. */
export function Exports() {
  const query = useQuery(RECENT);
  const mine = query.data?.exports.nodes.filter(({ createdBy }) => createdBy === viewer.value.name);
  useEvery(mine?.some(({ state }) => UNDER_WAY.includes(state)) && PAUSE_MS, query.again);
  return html`<${Table} label=${t("parts.exports")} columns=${COLUMNS(query.again)} rows=${mine} ...${query} empty=${html`<${Nothing} icon="download" title=${t("parts.exportsNone")} />`} />`;
}

const COLUMNS = (again) => [
  { id: "file", title: "parts.exportFile", cell: ({ link, fileName }) => (link ? html`<a class="strong" href=${link} download=${fileName}>${fileName}</a>` : fileName) },
  { id: "state", title: "parts.exportState", cell: (made) => html`<${Progress} made=${made} />` },
  { id: "rows", title: "parts.exportRows", end: true, cell: ({ rows }) => number(rows) },
  { id: "size", title: "parts.exportSize", end: true, cell: ({ bytes }) => html`<span class="nowrap">${size(bytes)}</span>` },
  { id: "made", title: "parts.exportMade", cell: ({ createdAt }) => html`<${When} at=${createdAt} />` },
  { id: "act", title: "parts.actions", end: true, cell: (made) => html`<${Act} made=${made} again=${again} />` },
];

function Progress({ made: { state, done, error } }) {
  if (state !== "RUNNING") return html`<${State} kind="ExportState" value=${state} />${error && html`<div class="quiet small">${error}</div>`}`;
  return html`<progress max="1" value=${done} aria-label=${t("parts.exportState")}></progress> ${percent(done)}`;
}

function Act({ made: { id, link, fileName, state }, again }) {
  if (link) return html`<a class="button small" href=${link} download=${fileName}><${Icon} name="download" />${t("parts.exportGet")}</a>`;
  if (!UNDER_WAY.includes(state)) return null;
  const cancel = () => attempt(() => change(CANCEL, { id }), t("parts.exportCancelled")).then(again);
  return html`<${Button} class="small" act=${cancel}>${t("parts.cancel")}<//>`;
}
