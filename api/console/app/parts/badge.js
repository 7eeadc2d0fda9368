// A state as a word with a mark; the colour only repeats what the word says.
import { html } from "htm/preact";

import { word } from "../i18n.js";

const TONES = {
  neutral: ["NONE", "NOT_NEEDED", "CANCELLED", "ARCHIVED", "DISMISSED", "DUPLICATE", "IGNORED", "STALE", "EXPIRED", "NORMAL", "RELEASED", "DRAFT", "DISABLED"],
  info: ["OPEN", "WAITING", "UNFULFILLED", "UNALLOCATED", "ACCEPTED", "UPLOADING", "RECEIVED", "FETCHING", "FETCHED", "IN_TRANSIT", "UPDATED"],
  progress: ["PICKING", "PACKED", "PARTLY_SHIPPED", "PARTLY_ALLOCATED", "RUNNING", "SOURCED", "ALLOCATED"],
  good: ["SHIPPED", "DELIVERED", "COMPLETED", "DONE", "PLACED", "APPLIED", "ACTIVE", "ENABLED"],
  warn: ["ON_HOLD", "BACKORDERED", "PENDING", "PAUSED", "HIGH", "NOT_HEARD", "DIFFERS", "PARTLY_SOURCED"],
  bad: ["REJECTED", "FAILED", "REFUSED", "URGENT", "VIOLATED"],
};
const TONE_OF = Object.fromEntries(Object.entries(TONES).flatMap(([tone, values]) => values.map((value) => [value, tone])));

/** A member of one of the schema's enums: `kind` is the enum's name. */
export const State = ({ kind, value }) => html`<${Badge} tone=${TONE_OF[value] ?? "neutral"} text=${word(kind, value)} />`;

export const Badge = ({ tone = "neutral", text }) => html`<span class="badge" data-tone=${tone}><span class="dot" aria-hidden="true"></span>${text}</span>`;

/** A word without a state, such as a tag. */
export const Chip = ({ text, remove, removeLabel }) => html`
  <span class="chip">${text}${remove && html`<button type="button" aria-label=${removeLabel} title=${removeLabel} onClick=${remove}>×</button>`}</span>
`;
