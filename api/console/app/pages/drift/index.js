// Listings of which a channel has not confirmed what it should say, or was seen to say something else.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { attempt } from "../../parts/toast.js";
import { WorkList } from "../../parts/worklist.js";
import { may } from "../../session.js";

const DRIFTED = gql`
  query DriftedListings($first: Int, $after: String, $last: Int, $before: String) {
    listings(where: { drift: { forSeconds: 60 } }, first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        drift
        error
        retryAt
        channel {
          name
        }
        variant {
          sku
          name
        }
        desired {
          quantity
          at
        }
        sent {
          quantity
        }
        acknowledged {
          quantity
        }
        observed {
          quantity
          at
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
export const TELL = gql`
  mutation TellAgain($input: TellAgainInput!) {
    tellListingsAgain(input: $input) {
      userErrors {
        code
        message
        field
      }
      listings {
        id
      }
    }
  }
`;

const units = (listed) => (listed ? number(listed.quantity) : "–");

const COLUMNS = [
  { id: "channel", title: "drift.channel", cell: (row) => row.channel.name },
  { id: "sku", title: "drift.sku", name: (row) => row.variant.sku, cell: ({ variant }) => html`<span class="mono">${variant.sku}</span> <span class="quiet">${variant.name}</span>` },
  { id: "drift", title: "drift.how", cell: (row) => row.drift && html`<${State} kind="ListingDrift" value=${row.drift} />` },
  { id: "since", title: "drift.since", minor: true, cell: (row) => html`<${When} at=${row.desired.at} />` },
  { id: "desired", title: "drift.desired", end: true, cell: (row) => units(row.desired) },
  { id: "sent", title: "drift.sent", end: true, cell: (row) => units(row.sent) },
  { id: "acknowledged", title: "drift.acknowledged", end: true, cell: (row) => units(row.acknowledged) },
  { id: "observed", title: "drift.observed", end: true, cell: (row) => units(row.observed) },
  { id: "error", title: "drift.error", cell: (row) => html`<span class="quiet">${row.error}</span>` },
];

const tell = (ids) => change(TELL, { ids });

function Act({ row, again }) {
  if (!may("STOCK_WRITE")) return null;
  const act = () => attempt(() => tell([row.id]), t("drift.told", { count: 1 })).then(again);
  return html`<${Button} class="small" act=${act}>${t("drift.tell")}<//>`;
}

const Drift = () => html`
  <${WorkList} name="drift" kind="DRIFTED_LISTINGS" document=${DRIFTED} columns=${COLUMNS} Act=${Act}
    bulk=${may("STOCK_WRITE") && { text: "drift.tell", done: "drift.told", act: tell }} />
`;

export default { component: Drift };
