// Partners' webhook endpoints: what they answered last, and those that were switched off because they did not.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { attempt } from "../../parts/toast.js";
import { WorkList } from "../../parts/worklist.js";

const ENDPOINTS = gql`
  query WebhookEndpoints($first: Int, $after: String, $last: Int, $before: String) {
    webhookEndpoints(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        url
        description
        state
        disabledBecause
        failures
        lastOkAt
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
const ENABLE = gql`
  mutation EnableEndpoint($input: EnableWebhookEndpointInput!) {
    enableWebhookEndpoint(input: $input) {
      userErrors {
        code
        message
        field
      }
      webhookEndpoint {
        id
      }
    }
  }
`;

const COLUMNS = [
  { id: "url", title: "endpoints.url", cell: (row) => html`<span class="mono">${row.url}</span><div class="quiet">${row.description}</div>` },
  { id: "state", title: "endpoints.state", cell: (row) => html`<${State} kind="WebhookEndpointState" value=${row.state} />` },
  { id: "why", title: "endpoints.why", cell: (row) => row.disabledBecause },
  { id: "failures", title: "endpoints.failures", end: true, cell: (row) => number(row.failures) },
  { id: "ok", title: "endpoints.lastOk", cell: (row) => html`<${When} at=${row.lastOkAt} />` },
];

function Act({ row, again }) {
  const enabled = row.state !== "ENABLED";
  const act = () => attempt(() => change(ENABLE, { id: row.id, enabled }), t(enabled ? "endpoints.enabled" : "endpoints.disabled")).then(again);
  return html`<${Button} class=${enabled ? "small primary" : "small"} act=${act}>${t(enabled ? "endpoints.enable" : "endpoints.disable")}<//>`;
}

const Endpoints = () => html`<${WorkList} name="endpoints" kind="DISABLED_ENDPOINTS" document=${ENDPOINTS} columns=${COLUMNS} Act=${Act} filters=${html``} />`;

export default { component: Endpoints };
