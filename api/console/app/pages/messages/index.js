// What channels sent and we could not take: see why, mend it, see what a replay would do, replay.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Button } from "../../parts/button.js";
import { Why, WorkList } from "../../parts/worklist.js";
import { attempt } from "../../parts/toast.js";
import { may } from "../../session.js";
import { Preview } from "./preview.js";

const MESSAGES = gql`
  query FailedMessages($first: Int, $after: String, $last: Int, $before: String) {
    inboundMessages(where: { outcome: { eq: FAILED } }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        receivedAt
        timesReceived
        topic
        reference
        code
        field
        detail
        replays
        channel {
          id
          code
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
const REPLAY = gql`
  mutation ReplayMessages($input: ReplayInboundMessagesInput!) {
    replayInboundMessages(input: $input) {
      userErrors {
        code
        message
        field
      }
      messages {
        id
      }
    }
  }
`;

const COLUMNS = [
  { id: "received", title: "messages.received", cell: (row) => html`<${When} at=${row.receivedAt} />` },
  { id: "channel", title: "messages.channel", cell: (row) => row.channel.name },
  { id: "topic", title: "messages.topic", minor: true, cell: (row) => html`<span class="mono">${row.topic}</span>` },
  { id: "reference", title: "messages.reference", name: (row) => row.reference ?? row.topic, cell: (row) => html`<span class="mono">${row.reference}</span>` },
  { id: "why", title: "messages.why", cell: (row) => html`<${Why} ...${row} />` },
  { id: "replays", title: "messages.replays", end: true, minor: true, cell: (row) => row.replays },
];

/** A fresh idempotency key each time: whoever replays twice wants it twice. */
const replay = (ids) => change(REPLAY, { ids, idempotencyKey: crypto.randomUUID() });

function Act({ row, again }) {
  const [open, setOpen] = useState(false);
  async function onReplay() {
    setOpen(false);
    await attempt(() => replay([row.id]), t("messages.replayed", { count: 1 }));
    await again();
  }
  return html`
    <div class="row end-row">
      <button class="button small" onClick=${() => setOpen(true)}>${t("messages.look")}</button>
      ${may("ORDERS_WRITE") && html`<${Button} class="small" act=${onReplay}>${t("messages.replay")}<//>`}
      ${open && html`<${Preview} message=${row} replay=${may("ORDERS_WRITE") && onReplay} close=${() => setOpen(false)} />`}
    </div>
  `;
}

const Messages = () => html`
  <${WorkList} name="messages" kind="FAILED_MESSAGES" document=${MESSAGES} columns=${COLUMNS} Act=${Act}
    bulk=${may("ORDERS_WRITE") && { text: "messages.replay", done: "messages.replayed", act: replay }} />
`;

export default { component: Messages };
