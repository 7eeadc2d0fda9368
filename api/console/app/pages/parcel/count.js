// Counting a parcel's content: each scan of a barcode or SKU is one unit; what does not belong here is refused aloud.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { change } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { Icon } from "../../parts/icon.js";
import { Scanner } from "../../parts/scanner.js";
import { attempt } from "../../parts/toast.js";
import { PACK } from "../order/parcels.js";

/** The line that a code stands for and that still lacks units; else the one that is full already, or undefined. */
function lineFor(code, lines, counted) {
  const same = lines.filter(({ sku, variant }) => sku === code || variant.barcode === code);
  return same.find((line) => (counted[line.orderLineId] ?? 0) < line.quantity) ?? same[0];
}

export function Count({ parcel, again }) {
  const [counted, setCounted] = useState({});
  const [told, tell] = useState(null);
  const packing = useRef(null);
  const of = (line) => counted[line.orderLineId] ?? 0;
  const left = parcel.lines.reduce((sum, line) => sum + line.quantity - of(line), 0);
  useEffect(() => {
    if (left === 0) packing.current.focus();
  }, [left]);

  function scanned(code) {
    const line = lineFor(code, parcel.lines, counted);
    if (!line) return tell({ good: false, text: t("parcel.notHere", { code }) });
    if (of(line) === line.quantity) return tell({ good: false, text: t("parcel.enough", { name: line.name }) });
    setCounted({ ...counted, [line.orderLineId]: of(line) + 1 });
    tell({ good: true, text: t("parcel.counted", { name: line.name, done: of(line) + 1, count: line.quantity }) });
  }
  async function pack() {
    await attempt(() => change(PACK, { id: parcel.id }), t("parcel.packed", { number: String(parcel.number) }));
    again();
  }
  return html`
    <div class="stack">
      <${Scanner} label=${t("parcel.scan")} scanned=${scanned} told=${told} />
      <ul class="counting">
        ${parcel.lines.map(
          (line) => html`
            <li key=${line.orderLineId} data-full=${of(line) === line.quantity ? "" : null}>
              <${Icon} name=${of(line) === line.quantity ? "check" : "box"} />
              <span>${line.name} <span class="mono quiet">${line.sku}</span></span>
              <span class="so-far">${number(of(line))} / ${number(line.quantity)}</span>
              <button class="button small" disabled=${of(line) === line.quantity} onClick=${() => scanned(line.sku)}>${t("parcel.one")}</button>
            </li>
          `,
        )}
      </ul>
      <div class="row">
        <button ref=${packing} class="button primary" disabled=${left > 0} onClick=${pack}>${t("parcel.pack")}</button>
        ${left > 0 && html`<span class="quiet">${t("parcel.left", { count: left })}</span>`}
      </div>
    </div>
  `;
}
