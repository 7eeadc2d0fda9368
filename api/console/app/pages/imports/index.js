// Files of orders: how far each is, what it refused, and what to do with one that paused.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { saveFile } from "../../files.js";
import { number, percent } from "../../format.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { attempt, failed } from "../../parts/toast.js";
import { Why, WorkList } from "../../parts/worklist.js";
import { may } from "../../session.js";
import { Upload } from "./upload.js";

const IMPORTS = gql`
  query Imports($first: Int, $after: String, $last: Int, $before: String) {
    imports(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        fileName
        state
        done
        rows
        placed
        replayed
        refused
        uploadPath
        code
        error
        createdAt
        createdBy
        channel {
          name
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
const PAUSE = gql`
  mutation PauseImport($input: SteerImportInput!) {
    pauseImport(input: $input) {
      userErrors {
        code
        message
        field
      }
      import {
        id
      }
    }
  }
`;
const RESUME = gql`
  mutation ResumeImport($input: SteerImportInput!) {
    resumeImport(input: $input) {
      userErrors {
        code
        message
        field
      }
      import {
        id
      }
    }
  }
`;
const CANCEL = gql`
  mutation CancelImport($input: SteerImportInput!) {
    cancelImport(input: $input) {
      userErrors {
        code
        message
        field
      }
      import {
        id
      }
    }
  }
`;

const COLUMNS = [
  { id: "file", title: "imports.file", cell: (row) => html`<strong>${row.fileName}</strong>` },
  { id: "channel", title: "imports.channel", cell: (row) => row.channel.name },
  { id: "at", title: "imports.at", cell: (row) => html`<${When} at=${row.createdAt} /> <span class="quiet">${row.createdBy}</span>` },
  { id: "state", title: "imports.state", cell: (row) => html`<${State} kind="ImportState" value=${row.state} />` },
  { id: "done", title: "imports.done", end: true, cell: (row) => percent(row.done) },
  { id: "placed", title: "imports.placed", end: true, cell: (row) => number(row.placed) },
  { id: "refused", title: "imports.refused", end: true, cell: (row) => number(row.refused) },
  { id: "why", title: "imports.why", cell: (row) => html`<${Why} code=${row.code} detail=${row.error} />` },
];
const GOES = ["WAITING", "RUNNING"];
const STANDS = ["PAUSED", "FAILED"];

function Act({ row, again }) {
  const refused = row.refused > 0 && html`<${Button} class="small" act=${() => saveFile(`${row.uploadPath}/errors.csv`, `${t("imports.mend")} ${row.fileName}`).catch(failed)}>${t("imports.mend")}<//>`;
  if (!may("ORDERS_WRITE")) return refused;
  const steer = (document, text) => attempt(() => change(document, { id: row.id }), text).then(again);
  const [goes, stands] = [GOES, STANDS].map((states) => states.includes(row.state));
  return html`
    <div class="row end-row">
      ${refused}
      ${goes && html`<${Button} class="small" act=${() => steer(PAUSE, t("imports.paused"))}>${t("imports.pause")}<//>`}
      ${stands && html`<${Button} class="small primary" act=${() => steer(RESUME, t("imports.resumed"))}>${t("imports.resume")}<//>`}
      ${(goes || stands || row.state === "UPLOADING") && html`<${Button} class="small" act=${() => steer(CANCEL, t("imports.cancelled"))}>${t("imports.cancel")}<//>`}
    </div>
  `;
}

/** Opens the dialog to import a file. */
function Begin({ again }) {
  const [asking, setAsking] = useState(false);
  if (!may("ORDERS_WRITE")) return null;
  return html`
    <button class="button primary" onClick=${() => setAsking(true)}>${t("imports.upload")}</button>
    ${asking && html`<${Upload} cancel=${(id) => change(CANCEL, { id })} again=${again} close=${() => setAsking(false)} />`}
  `;
}

const Imports = () => html`<${WorkList} name="imports" kind="PAUSED_IMPORTS" document=${IMPORTS} columns=${COLUMNS} moves=${({ state }) => [...GOES, "UPLOADING"].includes(state)} Act=${Act} Begin=${Begin} filters=${html``} />`;

export default { component: Imports };
