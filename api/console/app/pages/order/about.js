// What an order comes to, where it goes, and what was agreed.
import { html } from "htm/preact";

import { dateTime } from "../../format.js";
import { t, word } from "../../i18n.js";
import { Money, When } from "../../parts/amounts.js";
import { Facts } from "../../parts/facts.js";

const zero = ({ amount }) => Number(amount) === 0;

export function Sums({ order }) {
  const parts = [
    ["order.subtotal", order.subtotal, false],
    ["order.platformDiscount", order.platformDiscount, true],
    ["order.merchantDiscount", order.merchantDiscount, true],
    ["order.shipping", order.shipping, false],
    ["order.tax", order.tax, false],
  ];
  return html`
    <dl class="sums">
      ${parts
        .filter(([name, of]) => name === "order.subtotal" || !zero(of))
        .map(([name, of, less]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${less && "−"}<${Money} of=${of} /></dd></div>`)}
      <div class="total"><dt>${t("order.total")}</dt><dd><${Money} of=${order.total} /></dd></div>
    </dl>
  `;
}

/** By what its coordinates were found; nothing where they were stated. */
function located({ precision, locatedBy }) {
  if (precision === "GIVEN") return null;
  return precision ? `${word("PlacePrecision", precision)} ${locatedBy}` : t("order.unlocated");
}

export function About({ order }) {
  const { shipTo } = order;
  const address = [shipTo.name, shipTo.line1, shipTo.line2, `${shipTo.postcode} ${shipTo.city}`.trim(), shipTo.region, shipTo.countryCode];
  const several = order.splitPolicy !== "SINGLE_SHIPMENT" && t("order.upTo", { count: order.maxShipments });
  return html`
    <${Facts} facts=${[
      [t("order.shipTo"), html`${address.filter(Boolean).map((line) => html`<div key=${line}>${line}</div>`)}`],
      [t("order.located"), located(shipTo)],
      [t("order.phone"), shipTo.phone],
      [t("order.customer"), order.customerReference],
      [t("order.takenIn"), html`<${When} at=${order.takenInAt} />`],
      [t("order.promisedBy"), order.promisedBy && dateTime(order.promisedBy)],
      [t("order.cancelUnfilledAt"), order.cancelUnfilledAt && dateTime(order.cancelUnfilledAt)],
      [t("order.stockPolicy"), word("StockPolicy", order.stockPolicy)],
      [t("order.splitPolicy"), [word("SplitPolicy", order.splitPolicy), several].filter(Boolean).join(" · ")],
    ]} />
  `;
}
