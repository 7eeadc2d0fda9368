// Orders that somebody, or a rule, keeps from being sourced.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { ours, spoken, t, word } from "../../i18n.js";
import { Money, When } from "../../parts/amounts.js";
import { Button } from "../../parts/button.js";
import { WorkList } from "../../parts/worklist.js";
import { to } from "../../router.js";
import { may } from "../../session.js";
import { release, standing } from "../order/actions.js";
import { RELEASE_MANY } from "../orders/bulk.js";

const HELD = gql`
  query HeldOrders($first: Int, $after: String, $last: Int, $before: String) {
    orders(where: { sourcing: { eq: ON_HOLD } }, sortBy: { field: PLACED_AT, direction: ASC }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        number
        placedAt
        channel {
          name
        }
        total {
          amount
          currencyCode
        }
        holds {
          id
          reason
          note
          placedAt
          placedBy
          releasedAt
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
  { id: "number", title: "held.number", name: (row) => row.number, cell: (row) => html`<a class="strong" href=${to(`/orders/${encodeURIComponent(row.id)}`)}>${row.number}</a>` },
  { id: "channel", title: "held.channel", cell: (row) => row.channel.name },
  { id: "placed", title: "held.placed", cell: (row) => html`<${When} at=${row.placedAt} />` },
  { id: "holds", title: "held.why", cell: (row) => html`<ul class="plain-list">${standing(row).map((hold) => html`<li key=${hold.id}>${word("HoldReason", hold.reason)} <span class="quiet">${[hold.note, ours(hold.placedBy)].filter(Boolean).join(" · ")} · <${When} at=${hold.placedAt} /></span></li>`)}</ul>` },
  { id: "total", title: "held.total", end: true, cell: (row) => html`<${Money} of=${row.total} />` },
];

function Act({ row, again }) {
  if (!may("ORDERS_WRITE")) return null;
  return html`<${Button} class="small primary" act=${() => release(row, again)}>${t("held.release")}<//>`;
}

/** All of them, or an error that says how many were not released and why. */
async function releaseAll(ids) {
  const { results } = await change(RELEASE_MANY, { ids });
  const refused = results.filter(({ userErrors }) => userErrors.length);
  if (refused.length) throw new Error(t("held.refused", { count: refused.length, why: spoken(refused[0].userErrors[0]) }));
}

const Held = () => html`
  <${WorkList} name="held" kind="HELD_ORDERS" document=${HELD} columns=${COLUMNS} Act=${Act}
    bulk=${may("ORDERS_WRITE") && { text: "held.release", done: "held.released", act: releaseAll }} />
`;

export default { component: Held };
