// Import a file: what it is, for which channel, and how far it is on its way.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";

import { change, gql } from "../../api.js";
import { sendFile } from "../../files.js";
import { percent } from "../../format.js";
import { t } from "../../i18n.js";
import { useChannels } from "../../parts/channels.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { done } from "../../parts/toast.js";

const IMPORT = gql`
  mutation ImportOrders($input: ImportOrdersInput!) {
    importOrders(input: $input) {
      userErrors {
        code
        message
        field
      }
      import {
        id
        uploadPath
      }
    }
  }
`;
// what a file may be called; packed or not
const KINDS = { CSV: /\.csv(\.gz|\.xz)?$/i, JSONL: /\.(jsonl|ndjson)(\.gz|\.xz)?$/i };

const kindOf = (file) => Object.keys(KINDS).find((kind) => KINDS[kind].test(file.name)) ?? "CSV";

/** `cancel` gives up the import of an id. */
export function Upload({ cancel, close, again }) {
  const channels = useChannels();
  const [format, setFormat] = useState("CSV");
  const [share, setShare] = useState(0);
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const abort = useRef(null);

  async function act(form) {
    const file = form.get("file");
    const opened = await change(IMPORT, { channel: form.get("channel"), format, fileName: file.name, idempotencyKey });
    const { signal } = (abort.current = new AbortController());
    try {
      await sendFile(opened.import.uploadPath, file, setShare, signal);
      done(t("imports.sent", { name: file.name }));
    } catch (error) {
      if (!signal.aborted) throw error;
      await cancel(opened.import.id);
      done(t("imports.cancelled"));
    }
    again();
  }
  return html`
    <${Confirm} title=${t("imports.upload")} text=${t("imports.uploadText")} verb=${t("imports.send")} busyText=${t("imports.sending", { share: percent(share) })} act=${act} stop=${() => abort.current?.abort()} close=${close}>
      <${Field} label=${t("imports.file")} hint=${t("imports.fileHint")}
        control=${(own) => html`<input ...${own} type="file" name="file" required accept=".csv,.jsonl,.ndjson,.gz,.xz" onChange=${(event) => event.target.files[0] && setFormat(kindOf(event.target.files[0]))} />`} />
      <${Field} label=${t("imports.channel")}
        control=${(own) => html`<select ...${own} name="channel" required>${channels.map(({ code, name }) => html`<option key=${code} value=${code}>${name}</option>`)}</select>`} />
      <${Field} label=${t("imports.format")} hint=${t("imports.formatHint")}
        control=${(own) => html`<select ...${own} value=${format} onChange=${(event) => setFormat(event.target.value)}>${Object.keys(KINDS).map((kind) => html`<option key=${kind} value=${kind}>${kind}</option>`)}</select>`} />
    <//>
  `;
}
