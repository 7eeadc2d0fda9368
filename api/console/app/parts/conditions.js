// What stands where there is no content: it comes, there is none, or it could not be had.
import { html } from "htm/preact";

import { t } from "../i18n.js";
import { Icon } from "./icon.js";

export const Loading = () => html`<div class="condition" role="status"><span class="spinner" aria-hidden="true"></span>${t("parts.loading")}</div>`;

export const Nothing = ({ title, text, icon = "inbox", children }) => html`
  <div class="condition">
    <${Icon} name=${icon} />
    <p class="strong">${title}</p>
    ${text && html`<p class="quiet">${text}</p>`}
    ${children}
  </div>
`;

export const Broken = ({ fault, again }) => html`
  <div class="condition" role="alert">
    <${Icon} name="alert" />
    <p class="strong">${t(fault.retryable ? "parts.away" : "parts.fault")}</p>
    <p class="quiet">${fault.message}</p>
    ${fault.incidentId && html`<p class="quiet">${t("parts.incident")} <code>${fault.incidentId}</code></p>`}
    ${again && html`<button class="button" onClick=${() => again()}><${Icon} name="refresh" />${t("parts.again")}</button>`}
  </div>
`;

/** Above what could not be read anew: it is as it was. */
export const Outdated = ({ fault, again }) => html`
  <section class="notice" data-tone="bad" role="alert">
    <div class="row apart">
      <div><strong>${t("parts.outdated")}</strong> <span class="quiet">${fault.message}</span>${fault.incidentId && html` <code>${fault.incidentId}</code>`}</div>
      <button class="button small" onClick=${() => again()}><${Icon} name="refresh" />${t("parts.again")}</button>
    </div>
  </section>
`;

/** Grey bars in the place of text that is on its way. */
export const Skeleton = ({ lines = 3 }) => html`
  <div class="skeletons" role="status" aria-label=${t("parts.loading")}>
    ${Array.from({ length: lines }, (_, index) => html`<div key=${index} class="skeleton"></div>`)}
  </div>
`;

/** What a query has to show: `children` is called with its data once there is some; a fault is told, whatever there is. */
export function Answer({ query: { data, fault, stale, again }, lines, children }) {
  if (fault && (!data || stale)) return html`<${Broken} fault=${fault} again=${again} />`;
  if (!data) return html`<${Skeleton} lines=${lines} />`;
  return html`${fault && html`<${Outdated} fault=${fault} again=${again} />`}${children(data)}`;
}
