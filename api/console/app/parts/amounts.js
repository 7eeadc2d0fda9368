// Amounts and moments as elements.
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { ago, date, exactly, money } from "../format.js";

const TICK_MS = 15_000;
const NEAR_MS = 24 * 3600_000;
const SKEW_MS = 10_000; // the server's clock may be ahead of the browser's
const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), TICK_MS);

export const Money = ({ of }) => html`<span class="nowrap">${money(of)}</span>`;

/** "3 min ago" or "in 2 hr", or the day if that is further away; the exact moment when pointed at. */
export function When({ at }) {
  if (!at) return null;
  now.value; // shown anew at each tick
  const present = Date.now();
  const aheadMs = new Date(at) - present;
  const shown = aheadMs > 0 && aheadMs < SKEW_MS ? present : new Date(at);
  return html`<time class="nowrap" datetime=${at} title=${exactly(at)}>${Math.abs(aheadMs) < NEAR_MS ? ago(shown, present) : date(at)}</time>`;
}
