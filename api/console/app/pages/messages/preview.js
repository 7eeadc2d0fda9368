// What a message would do if it were replayed now, the message itself, and its channel's settings, to mend what they map.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { gql, useQuery } from "../../api.js";
import { t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Answer } from "../../parts/conditions.js";
import { Dialog } from "../../parts/dialog.js";
import { Tabs } from "../../parts/tabs.js";
import { Differences, Why } from "../../parts/worklist.js";
import { may } from "../../session.js";
import { Settings } from "./settings.js";

const PREVIEW = gql`
  query PreviewReplay($ids: [ID!]!) {
    previewReplay(ids: $ids) {
      outcome
      code
      field
      detail
      changeState
      fields {
        path
        before
        after
      }
    }
  }
`;
const BODY = gql`
  query MessageBody($id: ID!) {
    inboundMessage(id: $id) {
      payload {
        text
        base64
        headers
      }
    }
  }
`;

/** `replay` replays it; false: the key may not. */
export function Preview({ message, replay, close }) {
  const [tab, choose] = useState("outcome");
  const [typed, type] = useState(null);
  const preview = useQuery(PREVIEW, { ids: [message.id] });
  const tabs = [
    { id: "outcome", text: t("messages.outcome") },
    ...(may("CATALOG_WRITE") ? [{ id: "settings", text: t("messages.settings") }] : []),
    ...(may("ADMIN") ? [{ id: "body", text: t("messages.body") }] : []),
  ];
  function saved() {
    preview.again();
    type(null);
    choose("outcome");
  }
  const panels = {
    outcome: () => html`<${Outcome} preview=${preview} />`,
    settings: () => html`<${Settings} code=${message.channel.code} typed=${typed} type=${type} saved=${saved} />`,
    body: () => html`<${Body} id=${message.id} />`,
  };
  return html`
    <${Dialog} wide title=${t("messages.lookTitle", { reference: message.reference ?? message.topic, channel: message.channel.name })} close=${close}>
      <${Tabs} label=${t("messages.look")} tabs=${tabs} open=${tab} choose=${choose}>${(open) => panels[open]()}<//>
      <footer class="row end-row">
        <button type="button" class="button" onClick=${close}>${t("parts.close")}</button>
        ${replay && html`<button type="button" class="button primary" onClick=${replay}>${t("messages.replay")}</button>`}
      </footer>
    <//>
  `;
}

const Outcome = ({ preview }) => html`
  <${Answer} query=${preview}>
    ${({ previewReplay: [found] }) =>
      found
        ? html`<div class="stack">
            <p>${t("messages.would")} <${State} kind="InboundOutcome" value=${found.outcome} /></p>
            ${found.code && html`<${Why} ...${found} />`}
            ${found.fields.length > 0 && html`<${Differences} fields=${found.fields} />`}
          </div>`
        : html`<p>${t("messages.gone")}</p>`}
  <//>
`;

function Body({ id }) {
  const query = useQuery(BODY, { id });
  return html`
    <${Answer} query=${query}>
      ${({ inboundMessage }) =>
        inboundMessage?.payload
          ? html`<div class="stack"><pre class="source" tabindex="0">${readable(inboundMessage.payload)}</pre><pre class="source" tabindex="0">${JSON.stringify(inboundMessage.payload.headers, null, 2)}</pre></div>`
          : html`<p>${t("messages.gone")}</p>`}
    <//>
  `;
}

/** JSON laid out in lines; anything else as it came. */
function readable({ text, base64 }) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text ?? base64;
  }
}
