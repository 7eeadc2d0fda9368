// The words on an order; putting them on and taking them off can each be taken back.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t } from "../../i18n.js";
import { Chip } from "../../parts/badge.js";
import { focus, useBusy } from "../../parts/button.js";
import { Icon } from "../../parts/icon.js";
import { attempt } from "../../parts/toast.js";
import { may } from "../../session.js";

const ADD = gql`
  mutation AddTags($input: OrderTagsInput!) {
    addOrderTags(input: $input) { userErrors { code message field } }
  }
`;
const REMOVE = gql`
  mutation RemoveTags($input: OrderTagsInput!) {
    removeOrderTags(input: $input) { userErrors { code message field } }
  }
`;

export function Tags({ order: { id, tags }, again }) {
  const [adding, setAdding] = useState(false);
  const [busy, once] = useBusy();
  const add = (tag) => change(ADD, { id, tags: [tag] }).then(again);
  const remove = (tag) => change(REMOVE, { id, tags: [tag] }).then(again);
  async function submit({ target }) {
    const tag = new FormData(target).get("tag").trim();
    const back = tags.includes(tag) ? null : () => remove(tag);
    if (tag && (await attempt(() => add(tag), t("order.tagged", { tag }), back))) setAdding(false);
  }
  const untag = (tag) => attempt(() => remove(tag), t("order.untagged", { tag }), () => add(tag));
  const editable = may("ORDERS_WRITE");
  if (!editable && !tags.length) return null;
  return html`
    <div class="row tight tag-row">
      ${tags.map((tag) => html`<${Chip} key=${tag} text=${tag} remove=${editable && (() => untag(tag))} removeLabel=${t("order.untag", { tag })} />`)}
      ${editable && !adding && html`<button class="button plain small" onClick=${() => setAdding(true)}><${Icon} name="tag" />${t("order.addTag")}</button>`}
      ${adding &&
      html`<form class="row tight" onSubmit=${once(submit)}>
        <input name="tag" class="short" aria-label=${t("order.addTag")} maxlength="64" ref=${focus} onKeyDown=${(event) => event.key === "Escape" && setAdding(false)} />
        <button class="button small" disabled=${busy}>${t("order.add")}</button>
      </form>`}
    </div>
  `;
}
