// Amounts and moments as elements.
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { ago, date, exactly, money } from "../format.js";

const TICK_MS = 15_000;
const NEAR_MS = 24 * 3600_000;
const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), TICK_MS);

export const Money = ({ of }) => html`<span class="nowrap">${money(of)}</span>`;

/** "3 min ago" or "in 2 hr", or the day if that is further away; the exact moment when pointed at. */
export function When({ at }) {
  if (!at) return null;
  const near = Math.abs(new Date(at) - now.value) < NEAR_MS;
  return html`<time class="nowrap" datetime=${at} title=${exactly(at)}>${near ? ago(at, now.value) : date(at)}</time>`;
}
