// Handing a packed parcel over: who carries it, and the number on its label, which the scanner types.
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { Refused, change } from "../../api.js";
import { t } from "../../i18n.js";
import { Field } from "../../parts/dialog.js";
import { done } from "../../parts/toast.js";
import { go } from "../../router.js";
import { SHIP } from "../order/parcels.js";

const KEPT = "forebay.carrier";

export function Ship({ parcel }) {
  const [wrong, setWrong] = useState(null);
  const carrier = localStorage.getItem(KEPT) ?? "";
  async function submit(event) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target));
    try {
      await change(SHIP, { id: parcel.id, ...form });
    } catch (error) {
      return setWrong(error);
    }
    localStorage.setItem(KEPT, form.carrier);
    done(t("parcel.shipped", { number: String(parcel.number) }));
    go(parcel.wave ? `/warehouse/waves/${encodeURIComponent(parcel.wave.id)}` : "/warehouse");
  }
  const at = (field) => (wrong instanceof Refused ? wrong.at(field) : null);
  return html`
    <form class="stack" onSubmit=${submit}>
      <p>${t("parcel.shipText")}</p>
      <${Field} label=${t("order.carrierName")} wrong=${at("carrier")} control=${(own) => html`<input ...${own} name="carrier" required maxlength="100" defaultValue=${carrier} autofocus=${!carrier} />`} />
      <${Field} label=${t("order.trackingNumber")} wrong=${at("trackingNumber")} control=${(own) => html`<input ...${own} name="trackingNumber" required maxlength="100" autocomplete="off" autofocus=${Boolean(carrier)} />`} />
      <div class="wrong" role="alert">${wrong && wrong.message}</div>
      <div><button class="button primary">${t("parcel.ship")}</button></div>
    </form>
  `;
}
