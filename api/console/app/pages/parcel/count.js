// Counting a parcel's content: each scan of a barcode or SKU is one unit; what does not belong here is refused aloud.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { useBusy } from "../../parts/button.js";
import { Icon } from "../../parts/icon.js";
import { Scanner } from "../../parts/scanner.js";
import { attempt } from "../../parts/toast.js";
import { PACK } from "../order/parcels.js";

/** A GTIN as long as it gets, since its leading zeros come and go; any other code as it is. The API's `scan` compares the same. */
const barcode = (code) => (/^(\d{8}|\d{12,14})$/.test(code) ? code.padStart(14, "0") : code);

const isOf = (code) => ({ sku, variant }) => sku === code || (variant.barcode && barcode(variant.barcode) === barcode(code));

export function Count({ parcel, again }) {
  const [counted, setCounted] = useState({});
  const [told, tell] = useState(null);
  const [busy, once] = useBusy();
  const of = (line) => Math.min(counted[line.orderLineId] ?? 0, line.quantity); // a short pick may leave fewer than were counted
  const full = (line) => of(line) === line.quantity;
  const left = parcel.lines.reduce((sum, line) => sum + line.quantity - of(line), 0);

  function scanned(code) {
    const lines = parcel.lines.filter(isOf(code));
    if (!lines.length) return tell({ good: false, text: t("parcel.notHere", { code }) });
    const line = lines.find((each) => !full(each));
    if (!line) return tell({ good: false, text: t("parcel.enough", { name: lines[0].name }) });
    setCounted({ ...counted, [line.orderLineId]: of(line) + 1 });
    tell({ good: true, text: t("parcel.counted", { name: line.name, done: of(line) + 1, count: line.quantity }) });
  }
  const pack = once(async () => {
    await attempt(() => change(PACK, { id: parcel.id }), t("parcel.packed", { number: String(parcel.number) }));
    await again();
  });
  return html`
    <div class="stack">
      <${Scanner} label=${t("parcel.scan")} scanned=${scanned} entered=${() => left || pack()} told=${told} at=${parcel} />
      <ul class="counting">
        ${parcel.lines.map(
          (line) => html`
            <li key=${line.orderLineId} data-full=${full(line) ? "" : null}>
              <${Icon} name=${full(line) ? "check" : "box"} />
              <span>${line.name} <span class="mono quiet">${line.sku}</span></span>
              <span class="so-far">${number(of(line))} / ${number(line.quantity)}</span>
              <button class="button small" disabled=${full(line)} onClick=${() => scanned(line.sku)}>${t("parcel.one")}</button>
            </li>
          `,
        )}
      </ul>
      <div class="row">
        <button class="button primary" disabled=${busy || left > 0} onClick=${pack}>${t("parcel.pack")}</button>
        <span class="quiet" role="status">${left ? t("parcel.left", { count: left }) : t("parcel.enterPacks")}</span>
      </div>
    </div>
  `;
}
