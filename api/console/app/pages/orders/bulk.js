// What can be done to several orders at once. Each is done by itself: what is refused keeps no other from its turn.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { t } from "../../i18n.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Icon } from "../../parts/icon.js";
import { done, failed } from "../../parts/toast.js";
import { HOLD, HOLD_REASONS, Note, Reason } from "../order/actions.js";
import { ADD, REMOVE } from "../order/tags.js";

const AT_ONCE = 4;
export const RELEASE_MANY = gql`
  mutation ReleaseMany($input: ReleaseOrdersInput!) {
    releaseOrders(input: $input) {
      userErrors { code message field }
      results {
        order {
          id
        }
        userErrors { code message field }
      }
    }
  }
`;

/** Do it to each, a few at a time; the ids of those it was done to, and why not for the others. */
async function each(ids, act) {
  const waiting = [...ids];
  const changed = [];
  const refused = [];
  async function work() {
    for (let id = waiting.shift(); id; id = waiting.shift()) {
      try {
        await act(id);
        changed.push(id);
      } catch (error) {
        refused.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { changed, refused };
}

async function releaseAll(ids, reason = null) {
  const { results } = await change(RELEASE_MANY, { ids, reason });
  return {
    changed: results.filter(({ order }) => order).map(({ order }) => order.id),
    refused: results.flatMap(({ userErrors }) => userErrors),
  };
}

/** Say how it went, with the way back for those that were changed. */
function tell({ changed, refused }, text, undo) {
  if (changed.length) done(t(text, { count: changed.length }), { undo: undo && (() => undo(changed)) });
  if (refused.length) failed(new Error(`${t("orders.refused", { count: refused.length })} ${refused[0].message}`));
}

export function Bulk({ ids, clear, again }) {
  const [asking, setAsking] = useState(null);
  const close = () => setAsking(null);
  /** Do it, and its undoing later if asked for. */
  async function run(act, text, back) {
    const undo = back && (async (changed) => {
      tell(await back(changed), "orders.undone");
      again();
    });
    tell(await act(ids), text, undo);
    clear();
    again();
  }
  const hold = (form) => {
    const [reason, note] = [form.get("reason"), form.get("note")];
    return run((all) => each(all, (id) => change(HOLD, { id, reason, note })), "orders.held", (changed) => releaseAll(changed, reason));
  };
  const tag = (form) => {
    const tags = [form.get("tag").trim()];
    return run((all) => each(all, (id) => change(ADD, { id, tags })), "orders.tagged", (changed) => each(changed, (id) => change(REMOVE, { id, tags })));
  };
  return html`
    <div class="selected-bar row apart" role="region" aria-label=${t("orders.selected", { count: ids.length })}>
      <strong>${t("orders.selected", { count: ids.length })}</strong>
      <div class="row">
        <button class="button small" onClick=${() => setAsking("hold")}><${Icon} name="hold" />${t("orders.hold")}</button>
        <button class="button small" onClick=${() => run(releaseAll, "orders.released").catch(failed)}><${Icon} name="play" />${t("orders.release")}</button>
        <button class="button small" onClick=${() => setAsking("tag")}><${Icon} name="tag" />${t("orders.tag")}</button>
        <button class="button small plain" onClick=${clear}>${t("orders.unselect")}</button>
      </div>
    </div>
    ${asking === "hold" &&
    html`<${Confirm} title=${t("orders.holdTitle", { count: ids.length })} text=${t("orders.holdText")} verb=${t("orders.hold")} act=${hold} close=${close}>
      <${Reason} kind="HoldReason" values=${HOLD_REASONS} /><${Note} />
    <//>`}
    ${asking === "tag" &&
    html`<${Confirm} title=${t("orders.tagTitle", { count: ids.length })} verb=${t("orders.tag")} act=${tag} close=${close}>
      <${Field} label=${t("orders.tagName")} control=${(own) => html`<input ...${own} name="tag" required maxlength="64" autofocus />`} />
    <//>`}
  `;
}
