// What a channel's adapter reads, as JSON: `skuMap` from its SKUs to ours, `columns`, and the adapter's own.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { Refused, change, gql, useQuery } from "../../api.js";
import { spoken, t } from "../../i18n.js";
import { useBusy } from "../../parts/button.js";
import { Answer } from "../../parts/conditions.js";
import { Field } from "../../parts/dialog.js";
import { done } from "../../parts/toast.js";

const CHANNEL = gql`
  query ChannelToMend($code: String!) {
    channels(where: { code: { eq: $code } }, first: 1) {
      nodes {
        code
        name
        kind
        platform
        currencyCode
        timezone
        priority
        stockShareBp
        stockBuffer
        active
        settings
        warehouses {
          code
        }
      }
    }
  }
`;
const SAVE = gql`
  mutation MendChannel($input: SaveChannelInput!) {
    saveChannel(input: $input) {
      userErrors {
        code
        message
        field
      }
      channel {
        id
      }
    }
  }
`;

/** `typed` is what was typed and not saved yet, which `type` is told. */
export function Settings({ code, saved, ...typing }) {
  const query = useQuery(CHANNEL, { code });
  return html`<${Answer} query=${query}>${({ channels }) => html`<${Form} channel=${channels.nodes[0]} saved=${saved} ...${typing} />`}<//>`;
}

function Form({ channel, saved, typed, type }) {
  const [wrong, setWrong] = useState(null);
  const [busy, once] = useBusy();
  async function submit({ target }) {
    try {
      const settings = JSON.parse(new FormData(target).get("settings"));
      await change(SAVE, { ...channel, warehouses: channel.warehouses.map((warehouse) => warehouse.code), settings });
    } catch (error) {
      setWrong(error instanceof Refused ? error.userErrors.map((each) => [each.field, spoken(each)].filter(Boolean).join(": ")).join(" ") : error.message);
      return;
    }
    done(t("messages.saved"));
    saved();
  }
  return html`
    <form class="stack" onSubmit=${once(submit)}>
      <${Field} label=${t("messages.settingsLabel", { name: channel.name })} hint=${t("messages.settingsHint")} wrong=${wrong}
        control=${(own) => html`<textarea ...${own} name="settings" class="source" rows="14" spellcheck="false" defaultValue=${typed ?? JSON.stringify(channel.settings, null, 2)} onInput=${(event) => type(event.target.value)}></textarea>`} />
      <div class="row end-row"><button class="button primary" disabled=${busy}>${t("messages.save")}</button></div>
    </form>
  `;
}
