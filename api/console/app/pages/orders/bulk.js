// What can be done to several orders at once. Each is done by itself: what is refused keeps no other from its turn, stays
// selected, and is said with its reason.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { spoken, t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { done, failed } from "../../parts/toast.js";
import { to } from "../../router.js";
import { CANCEL_REASONS, HOLD_REASONS, Note, Reason } from "../order/actions.js";

const HOLD = gql`
  mutation HoldMany($input: HoldOrdersInput!) {
    holdOrders(input: $input) {
      userErrors { code message field }
      results { index userErrors { code message field } }
    }
  }
`;
export const RELEASE_MANY = gql`
  mutation ReleaseMany($input: ReleaseOrdersInput!) {
    releaseOrders(input: $input) {
      userErrors { code message field }
      results { index userErrors { code message field } }
    }
  }
`;
const CANCEL = gql`
  mutation CancelMany($input: CancelOrdersInput!) {
    cancelOrders(input: $input) {
      userErrors { code message field }
      results { index userErrors { code message field } }
    }
  }
`;
const TAG = gql`
  mutation TagMany($input: OrdersTagsInput!) {
    addTagsToOrders(input: $input) {
      userErrors { code message field }
      results { index userErrors { code message field } }
    }
  }
`;
const UNTAG = gql`
  mutation UntagMany($input: OrdersTagsInput!) {
    removeTagsFromOrders(input: $input) {
      userErrors { code message field }
      results { index userErrors { code message field } }
    }
  }
`;

/** Do it to all of these; those it was done to, and the others with the reason. */
async function ask(document, orders, said) {
  const { results } = await change(document, { ids: orders.map(({ id }) => id), ...said });
  const [changed, refused] = [[], []];
  for (const { index, userErrors } of results)
    if (userErrors.length) refused.push({ order: orders[index], why: userErrors.map(spoken).join(" ") });
    else changed.push(orders[index]);
  return { changed, refused };
}

/** `orders` are the rows that are selected; `select` takes the ids of those that are to be. */
export function Bulk({ orders, select, again }) {
  const [asking, setAsking] = useState(null);
  const [refused, setRefused] = useState([]);
  const close = () => setAsking(null);

  /** Do it; `back` are the document and the orders that take it back, out of those that were changed. */
  async function run(document, said, text, back) {
    const told = await ask(document, orders, said);
    const undoing = back && told.changed.filter(back.changes);
    async function undo() {
      const undone = await ask(back.document, undoing, back.said);
      done(t("orders.undone", { count: undone.changed.length }));
      again();
    }
    if (told.changed.length) done(t(text, { count: told.changed.length }), { undo: undoing?.length ? () => undo().catch(failed) : undefined });
    setRefused(told.refused);
    select(told.refused.map(({ order }) => order.id));
    again();
  }
  const hold = (form) => {
    const reason = form.get("reason");
    const back = { document: RELEASE_MANY, said: { reason }, changes: ({ sourcing }) => sourcing !== "ON_HOLD" };
    return run(HOLD, { reason, note: form.get("note") }, "orders.held", back);
  };
  const tag = (form) => {
    const tags = [form.get("tag").trim()];
    return run(TAG, { tags }, "orders.tagged", { document: UNTAG, said: { tags }, changes: (order) => !order.tags.includes(tags[0]) });
  };
  const cancel = (form) => run(CANCEL, { reason: form.get("reason"), note: form.get("note") }, "orders.cancelled");
  const release = () => run(RELEASE_MANY, {}, "orders.released").catch(failed);
  const count = orders.length;
  return html`
    <div class="selected-bar row apart" role="region" aria-label=${t("orders.selected", { count })}>
      <strong>${t("orders.selected", { count })}</strong>
      <div class="row">
        <button class="button small" onClick=${() => setAsking("hold")}><${Icon} name="hold" />${t("orders.hold")}</button>
        <${Button} class="small" act=${release}><${Icon} name="play" />${t("orders.release")}<//>
        <button class="button small" onClick=${() => setAsking("tag")}><${Icon} name="tag" />${t("orders.tag")}</button>
        <button class="button small danger" onClick=${() => setAsking("cancel")}><${Icon} name="close" />${t("orders.cancel")}</button>
        <button class="button small plain" onClick=${() => select([])}>${t("orders.unselect")}</button>
      </div>
    </div>
    <${Refusals} refused=${refused.filter(({ order }) => orders.some(({ id }) => id === order.id))} />
    ${asking === "hold" &&
    html`<${Confirm} title=${t("orders.holdTitle", { count })} text=${t("orders.holdText")} verb=${t("orders.hold")} act=${hold} close=${close}>
      <${Reason} kind="HoldReason" values=${HOLD_REASONS} /><${Note} />
    <//>`}
    ${asking === "tag" &&
    html`<${Confirm} title=${t("orders.tagTitle", { count })} verb=${t("orders.tag")} act=${tag} close=${close}>
      <${Field} label=${t("orders.tagName")} control=${(own) => html`<input ...${own} name="tag" required maxlength="50" autofocus />`} />
    <//>`}
    ${asking === "cancel" &&
    html`<${Confirm} danger title=${t("orders.cancelTitle", { count })} text=${t("orders.cancelText")} verb=${t("orders.cancel")} act=${cancel} close=${close}>
      <${Reason} kind="CancelReason" values=${CANCEL_REASONS} /><${Note} />
    <//>`}
  `;
}

/** Those it was not done to, each with the reason. */
const Refusals = ({ refused }) =>
  refused.length > 0 &&
  html`
    <section class="notice" data-tone="bad" role="alert">
      <strong>${t("orders.refused", { count: refused.length })}</strong>
      <ul class="plain-list">
        ${refused.map(({ order, why }) => html`<li key=${order.id}><a class="strong" href=${to(`/orders/${encodeURIComponent(order.id)}`)}>${order.number}</a> ${why}</li>`)}
      </ul>
    </section>
  `;
