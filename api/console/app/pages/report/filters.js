// What a report is asked: its span, how that is cut and compared, and what narrows it, as far as it can be narrowed.
import { html } from "htm/preact";

import { gql, useQuery } from "../../api.js";
import { t, word } from "../../i18n.js";
import { Choice, Clear, FilterBar, Pick } from "../../parts/filters.js";
import { place, refine } from "../../router.js";
import { HERE, PERIOD, PERIODS, spanOf } from "./asked.js";

const OPTIONS = gql`
  query ReportOptions {
    channels(first: 100) {
      nodes {
        code
        name
        currencyCode
      }
    }
    warehouses(first: 100) {
      nodes {
        code
        name
      }
    }
  }
`;
const CATEGORIES = gql`
  query ReportCategories($input: ReportInput!) {
    salesByCategory(input: $input) {
      rows {
        now {
          category
        }
      }
    }
  }
`;
const GRAINS = ["HOUR", "DAY", "WEEK", "MONTH"];
const COMPARISONS = ["NONE", "PREVIOUS_PERIOD", "PREVIOUS_YEAR"];
const REPLENISHMENT = [
  ["lead", 14, { min: 0, max: 1830 }],
  ["deviation", 0, { min: 0, max: 1830 }],
  ["service", 95, { min: 50, max: 99.99, step: "any" }],
  ["cover", 30, { min: 0, max: 1830 }],
];
const ZONES = [...new Set([HERE, "UTC", ...Intl.supportedValuesOf("timeZone")])];
const NARROWING = ["channel", "warehouse", "category", "sku", "currency", "timezone", "lead", "deviation", "service", "cover"];

const codes = (nodes) => nodes.map(({ code, name }) => ({ value: code, text: name }));
const plain = (values) => values.map((value) => ({ value, text: value }));

export function Filters({ report, asked, currency }) {
  const data = useQuery(OPTIONS).data;
  const channels = data?.channels.nodes ?? [];
  const takes = (filter) => report.filters.includes(filter);
  const currencies = [...new Set([currency, ...channels.map(({ currencyCode }) => currencyCode)])].filter(Boolean).sort();
  return html`
    <${FilterBar}>
      <${Period} />
      ${report.byGrain && html`<${Pick} name="grain" label=${t("report.grain")} initial="" options=${[{ value: "", text: t("report.fitting", { grain: word("ReportGrain", asked.grain) }) }, ...GRAINS.map((value) => ({ value, text: word("ReportGrain", value) }))]} />`}
      <${Pick} name="compare" label=${t("report.compare")} initial="NONE" options=${COMPARISONS.map((value) => ({ value, text: word("ReportComparison", value) }))} />
      ${takes("CHANNELS") && html`<${Choice} name="channel" label=${t("report.channel")} options=${codes(channels)} />`}
      ${takes("WAREHOUSES") && html`<${Choice} name="warehouse" label=${t("report.warehouse")} options=${codes(data?.warehouses.nodes ?? [])} />`}
      ${takes("CATEGORIES") && html`<${Category} asked=${asked} />`}
      ${takes("SKUS") && html`<${Skus} />`}
      ${takes("CURRENCY") && currencies.length > 1 && html`<${Pick} name="currency" label=${t("report.currency")} initial=${currency} options=${plain(currencies)} />`}
      <${Pick} name="timezone" label=${t("report.timezone")} initial=${HERE} options=${plain(ZONES)} />
      ${takes("REPLENISHMENT") && REPLENISHMENT.map(([name, initial, bounds]) => html`<${Figure} key=${name} name=${name} initial=${initial} bounds=${bounds} />`)}
      <${Clear} names=${NARROWING} />
    <//>
  `;
}

/** A span by its name, or any other by its days. */
function Period() {
  const { period, from, to } = spanOf(place.value.query);
  const byName = (event) => refine({ period: event.target.value === PERIOD ? null : event.target.value, from: null, to: null, after: null });
  const byDays = (first, last) => refine({ from: first, to: last, period: null, after: null });
  return html`
    <label class="day"><span class="quiet">${t("report.period")}</span>
      <select class="fit" value=${period ?? ""} onChange=${byName}>
        ${!period && html`<option value="">${t("report.ownDays")}</option>`}
        ${Object.keys(PERIODS).map((name) => html`<option key=${name} value=${name}>${t(`report.period.${name}`)}</option>`)}
      </select>
    </label>
    <label class="day"><span class="quiet">${t("report.from")}</span><input type="date" value=${from} onChange=${({ target: { value } }) => value && byDays(value, value > to ? value : to)} /></label>
    <label class="day"><span class="quiet">${t("report.to")}</span><input type="date" value=${to} onChange=${({ target: { value } }) => value && byDays(value < from ? value : from, value)} /></label>
  `;
}

/** Categories that were sold in the span; products have no list of them. */
function Category({ asked: { from, to, timezone } }) {
  const rows = useQuery(CATEGORIES, { input: { from, to, timezone } }).data?.salesByCategory.rows ?? [];
  const given = place.value.query.category?.split(",") ?? [];
  const names = [...new Set([...given, ...rows.map(({ now }) => now.category)])].filter(Boolean);
  return names.length > 0 && html`<${Choice} name="category" label=${t("report.category")} options=${plain(names)} />`;
}

const Skus = () => html`
  <label class="day"><span class="quiet">${t("report.skus")}</span>
    <input type="text" spellcheck="false" placeholder=${t("report.skusHint")} value=${place.value.query.sku ?? ""} onChange=${(event) => refine({ sku: event.target.value.trim(), after: null })} />
  </label>
`;

const Figure = ({ name, initial, bounds }) => html`
  <label class="day"><span class="quiet">${t(`report.order.${name}`)}</span>
    <input type="number" class="short" ...${bounds} value=${place.value.query[name] ?? initial}
      onChange=${({ target }) => target.checkValidity() && refine({ [name]: Number(target.value) === initial ? null : target.value, after: null })} />
  </label>
`;
