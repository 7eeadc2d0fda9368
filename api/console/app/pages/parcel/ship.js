// Handing a packed parcel over: who carries it, and the number on its label, which the scanner types.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { Refused, change } from "../../api.js";
import { t } from "../../i18n.js";
import { useBusy } from "../../parts/button.js";
import { Field } from "../../parts/dialog.js";
import { done } from "../../parts/toast.js";
import { go } from "../../router.js";
import { SHIP } from "../order/parcels.js";

const KEPT = "forebay.carrier";

export function Ship({ parcel, again }) {
  const [wrong, setWrong] = useState(null);
  const [busy, once] = useBusy();
  const form = useRef(null);
  const carrier = localStorage.getItem(KEPT) ?? "";
  useEffect(() => form.current.elements[carrier ? "trackingNumber" : "carrier"].focus(), []);
  async function submit() {
    setWrong(null);
    const said = Object.fromEntries(new FormData(form.current));
    try {
      await change(SHIP, { id: parcel.id, ...said });
    } catch (error) {
      setWrong(error);
      if (error instanceof Refused) await again(); // perhaps it was done before, and nobody heard the answer
      form.current?.elements.trackingNumber.select(); // so that the label can be scanned again
      return;
    }
    localStorage.setItem(KEPT, said.carrier);
    done(t("parcel.shipped", { number: String(parcel.number) }));
    go(parcel.wave ? `/warehouse/waves/${encodeURIComponent(parcel.wave.id)}` : "/warehouse");
  }
  const at = (field) => (wrong instanceof Refused ? wrong.at(field) : null);
  return html`
    <form ref=${form} class="stack" onSubmit=${once(submit)}>
      <p>${t("parcel.shipText")}</p>
      <${Field} label=${t("order.carrierName")} wrong=${at("carrier")} control=${(own) => html`<input ...${own} name="carrier" required maxlength="100" defaultValue=${carrier} />`} />
      <${Field} label=${t("order.trackingNumber")} wrong=${at("trackingNumber")} control=${(own) => html`<input ...${own} name="trackingNumber" required maxlength="100" autocomplete="off" />`} />
      <div class="wrong" role="alert">${wrong && wrong.message}</div>
      <div><button class="button primary" disabled=${busy}>${t("parcel.ship")}</button></div>
    </form>
  `;
}
