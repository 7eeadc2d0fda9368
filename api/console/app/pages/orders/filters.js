// What narrows the list of orders, and how that is said to the API.
import { html } from "htm/preact";

import { t, word } from "../../i18n.js";
import { Chip } from "../../parts/badge.js";
import { useChannels } from "../../parts/channels.js";
import { Choice, Clear, Day, FilterBar, Search, chosen } from "../../parts/filters.js";
import { place, refine } from "../../router.js";

/** Filters that links set, and that are shown only then. */
const BY_LINK = ["tag", "sku", "customer"];
const NAMES = ["q", "channel", "state", "sourcing", "fulfilment", "priority", ...BY_LINK, "from", "until"];

const options = (kind, values) => values.map((value) => ({ value, text: word(kind, value) }));

export function Filters() {
  const channels = useChannels();
  return html`
    <${FilterBar}>
      <${Search} label=${t("orders.search")} />
      <${Choice} name="channel" label=${t("orders.channel")} options=${channels.map(({ code, name }) => ({ value: code, text: name }))} />
      <${Choice} name="state" label=${t("orders.state")} options=${options("OrderState", ["OPEN", "COMPLETED", "CANCELLED"])} />
      <${Choice} name="sourcing" label=${t("orders.sourcing")} options=${options("SourcingStatus", ["WAITING", "ON_HOLD", "BACKORDERED", "SOURCED"])} />
      <${Choice} name="fulfilment" label=${t("orders.fulfilment")} options=${options("FulfilmentStatus", ["UNFULFILLED", "PARTLY_SHIPPED", "SHIPPED", "DELIVERED", "CANCELLED"])} />
      <${Choice} name="priority" label=${t("orders.priority")} options=${options("OrderPriority", ["NORMAL", "HIGH", "URGENT"])} />
      <${Day} name="from" label=${t("orders.from")} />
      <${Day} name="until" label=${t("orders.until")} />
      ${BY_LINK.map((name) => chosen(name).length > 0 && html`<${Chip} key=${name} text=${t(`orders.by.${name}`, { value: chosen(name).join(", ") })} remove=${() => refine({ [name]: null })} removeLabel=${t("orders.without", { value: chosen(name).join(", ") })} />`)}
      <${Clear} names=${NAMES} />
    <//>
  `;
}

const any = (name) => (chosen(name).length ? { in: chosen(name) } : null);

/** Midnight where the reader is, at the beginning of this day, or of the day after it. */
function midnight(text, daysLater = 0) {
  const [year, month, day] = text.split("-").map(Number);
  return new Date(year, month - 1, day + daysLater).toISOString();
}

/** The variables `where` and `search`, as the address says. */
export function useWhere() {
  const { q = "", from, until } = place.value.query;
  const range = { ...(from && { from: midnight(from) }), ...(until && { until: midnight(until, 1) }) };
  const where = {
    channel: any("channel"),
    state: any("state"),
    sourcing: any("sourcing"),
    fulfilmentStatus: any("fulfilment"),
    priority: any("priority"),
    tag: any("tag"),
    sku: any("sku"),
    customerReference: any("customer"),
    placedAt: from || until ? { range } : null,
  };
  return { where: Object.fromEntries(Object.entries(where).filter(([, value]) => value)), search: q || null };
}
