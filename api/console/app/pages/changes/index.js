// What channels changed about placed orders, and somebody has to decide: apply it, or dismiss it with a reason.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Button } from "../../parts/button.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { attempt, done } from "../../parts/toast.js";
import { Differences, Why, WorkList } from "../../parts/worklist.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { APPLY, DISMISS } from "../order/changes.js";

const CHANGES = gql`
  query PendingChanges($first: Int, $after: String, $last: Int, $before: String) {
    orderChanges(where: { state: { eq: PENDING } }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        kind
        code
        detail
        createdAt
        fields {
          path
          before
          after
        }
        order {
          id
          number
          channel {
            name
          }
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

const COLUMNS = [
  { id: "order", title: "changes.order", cell: ({ order }) => order && html`<a class="strong" href=${to(`/orders/${encodeURIComponent(order.id)}`)}>${order.number}</a>` },
  { id: "channel", title: "changes.channel", cell: ({ order }) => order?.channel.name },
  { id: "at", title: "changes.at", cell: (row) => html`<${When} at=${row.createdAt} />` },
  { id: "kind", title: "changes.kind", cell: (row) => word("OrderChangeKind", row.kind) },
  { id: "fields", title: "changes.fields", cell: (row) => html`<${Differences} fields=${row.fields} />` },
  { id: "why", title: "changes.why", minor: true, cell: ({ code, detail }) => html`<${Why} code=${code} detail=${detail} />` },
];

function Act({ row, again }) {
  const [asking, setAsking] = useState(false);
  if (!may("ORDERS_WRITE")) return null;
  async function apply() {
    await attempt(() => change(APPLY, { id: row.id }), t("changes.applied"));
    await again();
  }
  async function dismiss(form) {
    await change(DISMISS, { id: row.id, note: form.get("note") });
    done(t("changes.dismissed"));
    again();
  }
  return html`
    <div class="row end-row">
      <button class="button small" onClick=${() => setAsking(true)}>${t("changes.dismiss")}</button>
      <${Button} class="small primary" act=${apply}>${t("changes.apply")}<//>
      ${asking &&
      html`<${Confirm} title=${t("changes.dismissTitle")} text=${t("changes.dismissText")} verb=${t("changes.dismiss")} act=${dismiss} close=${() => setAsking(false)}>
        <${Field} label=${t("changes.reason")} control=${(own) => html`<input ...${own} name="note" maxlength="500" autofocus />`} />
      <//>`}
    </div>
  `;
}

const Changes = () => html`<${WorkList} name="changes" kind="ORDER_CHANGES" document=${CHANGES} columns=${COLUMNS} Act=${Act} />`;

export default { component: Changes };
