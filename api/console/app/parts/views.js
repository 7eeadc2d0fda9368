// Saved views of a page: its address under a name, for oneself or for everybody.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql, useQuery } from "../api.js";
import { t } from "../i18n.js";
import { go, place } from "../router.js";
import { Confirm, Field } from "./dialog.js";
import { Menu } from "./menu.js";
import { attempt, done } from "./toast.js";

const VIEWS = gql`
  query Views($page: String!) {
    savedViews(page: $page, first: 100) {
      nodes {
        id
        name
        params
        shared
        mine
      }
    }
  }
`;
const SAVE = gql`
  mutation SaveView($input: SaveViewInput!) {
    saveView(input: $input) { userErrors { code message field } }
  }
`;
const REMOVE = gql`
  mutation RemoveView($input: SavedViewInput!) {
    removeView(input: $input) { userErrors { code message field } }
  }
`;

/** What of the address makes a view: not which page of the list is open. */
function params() {
  const { after, before, ...rest } = place.value.query;
  return rest;
}

const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** `page` is the page's name, under which the API keeps its views. */
export function Views({ page }) {
  const [saving, setSaving] = useState(false);
  const query = useQuery(VIEWS, { page });
  const views = query.data?.savedViews.nodes ?? [];
  const current = views.find((view) => same(view.params, params()));
  const { path } = place.value;

  async function save(form) {
    await change(SAVE, { page, name: form.get("name"), params: params(), shared: form.has("shared") });
    done(t("parts.view.saved"));
    query.again();
  }
  async function remove({ id, name, params: kept, shared }) {
    const back = () => change(SAVE, { page, name, params: kept, shared }).then(query.again);
    await attempt(() => change(REMOVE, { id }), t("parts.view.removed", { name }), back);
    query.again();
  }
  const items = [
    ...views.map((view) => ({ text: view.shared ? t("parts.view.sharedName", { name: view.name }) : view.name, checked: view === current, act: () => go(path, view.params) })),
    { text: t("parts.view.save"), icon: "plus", act: () => setSaving(true) },
    ...(current?.mine ? [{ text: t("parts.view.remove", { name: current.name }), icon: "close", danger: true, act: () => remove(current) }] : []),
  ];
  return html`
    <${Menu} icon="book" label=${t("parts.view.title")} text=${current?.name ?? t("parts.view.title")} items=${items} />
    ${saving &&
    html`<${Confirm} title=${t("parts.view.save")} verb=${t("parts.view.verb")} act=${save} close=${() => setSaving(false)}>
      ${(refusal) => html`
        <${Field} label=${t("parts.view.name")} hint=${t("parts.view.hint")} wrong=${refusal?.at("name")}
          control=${(own) => html`<input ...${own} name="name" required maxlength="100" autofocus defaultValue=${current?.name ?? ""} />`} />
        <label class="check"><input type="checkbox" name="shared" defaultChecked=${current?.shared} />${t("parts.view.shared")}</label>
      `}
    <//>`}
  `;
}
