// What waits for a person, longest lists first; each leads to where it is dealt with.
import { html } from "htm/preact";

import { number } from "../../format.js";
import { t, word } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { to } from "../../router.js";
import { tallies } from "../../tallies.js";
import { pages } from "../index.js";

/** The page that says it is this list's, or one of its lists. */
function where(kind) {
  const page = pages.find(({ list, lists }) => list === kind || lists?.includes(kind));
  return page && to(page.route, page.list === kind ? {} : { list: kind });
}

export function Waiting() {
  const waiting = tallies.value.filter(({ count }) => count.count > 0).sort((one, other) => other.count.count - one.count.count);
  return html`
    <${Card} title=${t("board.waiting")}>
      ${waiting.length
        ? html`<ul class="waiting">${waiting.map((each) => html`<${Line} key=${each.kind} ...${each} />`)}</ul>`
        : html`<${Nothing} icon="check" title=${t("board.nothingWaits")} />`}
    <//>
  `;
}

function Line({ kind, count, oldestAt }) {
  const href = where(kind);
  const name = word("WorkListKind", kind);
  return html`
    <li>
      <span>${href ? html`<a href=${href}>${name}</a>` : name}<span class="quiet small"> · ${t("board.since")} <${When} at=${oldestAt} /></span></span>
      <strong>${number(count.count)}${count.precision === "AT_LEAST" && "+"}</strong>
    </li>
  `;
}
