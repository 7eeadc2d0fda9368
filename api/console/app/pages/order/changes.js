// What the channel states otherwise than before, and nobody has decided yet.
import { html } from "htm/preact";

import { change, gql, useQuery } from "../../api.js";
import { spoken, t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Badge } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { attempt } from "../../parts/toast.js";
import { Differences } from "../../parts/worklist.js";
import { may } from "../../session.js";

const CHANGES = gql`
  query ChangesOfOrder($orderId: ID!) {
    orderChanges(where: { orderId: $orderId, state: { eq: PENDING } }, first: 20) {
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
      }
    }
  }
`;
export const APPLY = gql`
  mutation ApplyChange($input: OrderChangeInput!) {
    applyOrderChange(input: $input) { userErrors { code message field } }
  }
`;
export const DISMISS = gql`
  mutation DismissChange($input: OrderChangeInput!) {
    dismissOrderChange(input: $input) { userErrors { code message field } }
  }
`;

export function Changes({ order, again }) {
  // asked for again at each step of the order, since that is when changes come and go
  const query = useQuery(CHANGES, { orderId: order.id }, { at: order.version });
  const pending = query.data?.orderChanges.nodes ?? [];
  async function decide(document, id, text) {
    await attempt(() => change(document, { id }), text);
    await Promise.all([query.again(), again()]);
  }
  return pending.map(
    (each) => html`
      <section key=${each.id} class="notice" data-tone="warn" aria-label=${t("order.changeTitle")}>
        <div class="row apart">
          <div class="row"><${Badge} tone="warn" text=${word("OrderChangeKind", each.kind)} /><strong>${t("order.changeTitle")}</strong><${When} at=${each.createdAt} /></div>
          ${may("ORDERS_WRITE") &&
          html`<div class="row">
            <${Button} class="small" act=${() => decide(DISMISS, each.id, t("order.changeDismissed"))}>${t("order.changeDismiss")}<//>
            <${Button} class="small primary" act=${() => decide(APPLY, each.id, t("order.changeApplied"))}>${t("order.changeApply")}<//>
          </div>`}
        </div>
        ${each.detail && html`<p>${spoken({ code: each.code, message: each.detail })}</p>`}
        <${Differences} fields=${each.fields} />
      </section>
    `,
  );
}
