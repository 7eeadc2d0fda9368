// Background jobs that failed too often: replay them once the cause is gone, or discard them.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Button } from "../../parts/button.js";
import { Confirm } from "../../parts/dialog.js";
import { attempt, done } from "../../parts/toast.js";
import { WorkList } from "../../parts/worklist.js";

const JOBS = gql`
  query DeadJobs($first: Int, $after: String, $last: Int, $before: String) {
    deadJobs(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        kind
        payload
        attempts
        lastError
        createdAt
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
const REPLAY = gql`
  mutation ReplayDeadJob($input: DeadJobInput!) {
    replayJob(input: $input) {
      userErrors {
        code
        message
        field
      }
      id
    }
  }
`;
const DISCARD = gql`
  mutation DiscardDeadJob($input: DeadJobInput!) {
    discardJob(input: $input) {
      userErrors {
        code
        message
        field
      }
      id
    }
  }
`;

const COLUMNS = [
  { id: "kind", title: "jobs.kind", cell: (row) => html`<strong>${word("JobKind", row.kind)}</strong>` },
  { id: "at", title: "jobs.at", cell: (row) => html`<${When} at=${row.createdAt} />` },
  { id: "attempts", title: "jobs.attempts", end: true, cell: (row) => row.attempts },
  { id: "error", title: "jobs.error", cell: (row) => html`<code class="quiet">${row.lastError}</code>` },
  { id: "payload", title: "jobs.payload", minor: true, cell: (row) => html`<code class="quiet">${JSON.stringify(row.payload)}</code>` },
];

function Act({ row, again }) {
  const [asking, setAsking] = useState(false);
  const replay = () => attempt(() => change(REPLAY, { id: row.id }), t("jobs.replayed")).then(again);
  async function discard() {
    await change(DISCARD, { id: row.id });
    done(t("jobs.discarded"));
    again();
  }
  return html`
    <div class="row end-row">
      <button class="button small" onClick=${() => setAsking(true)}>${t("jobs.discard")}</button>
      <${Button} class="small primary" act=${replay}>${t("jobs.replay")}<//>
      ${asking && html`<${Confirm} danger title=${t("jobs.discardTitle")} text=${t("jobs.discardText")} verb=${t("jobs.discard")} act=${discard} close=${() => setAsking(false)} />`}
    </div>
  `;
}

const Jobs = () => html`<${WorkList} name="jobs" kind="DEAD_JOBS" document=${JOBS} columns=${COLUMNS} Act=${Act} />`;

export default { component: Jobs };
