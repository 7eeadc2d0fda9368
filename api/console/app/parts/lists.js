// A list by pages: filters, sorting and the page are in the address, and the API cuts it by keyset.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

import { GONE, useQuery } from "../api.js";
import { t } from "../i18n.js";
import { place, refine } from "../router.js";
import { Icon } from "./icon.js";
import { done } from "./toast.js";

const ROWS = 50;

/**
 * A connection's page as the address says. `document` takes $first, $after, $last and $before besides `variables`, and
 * its first field is the connection; another `at` reads it again. A page that is not there is told, and the list begins anew. Returns {rows, page, asOf, loading, fault, again}.
 */
export function useList(document, variables = {}, { size = ROWS, at } = {}) {
  const { after = null, before = null } = place.value.query;
  const cut = before ? { last: size, before } : { first: size, after };
  const { data, ...rest } = useQuery(document, { ...variables, ...cut }, { at });
  const connection = data && Object.values(data)[0];
  const code = rest.fault?.code;
  useEffect(() => {
    if (!GONE.includes(code)) return;
    done(t("parts.pageGone"));
    refine({ after: null, before: null }, { replace: true });
  }, [code]);
  return { rows: connection?.nodes ?? null, page: connection?.pageInfo ?? null, asOf: connection?.asOf ?? null, ...rest };
}

/** Under a list: how many there are, and the way to the pages before and after. `count` is a Count of the schema. */
export function Pager({ list, count }) {
  if (!list.page || !list.rows.length) return null;
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = list.page;
  if (!count && !hasPreviousPage && !hasNextPage) return null;
  const turn = (query) => refine({ after: null, before: null, ...query });
  return html`
    <nav class="pager row apart" aria-label=${t("parts.pages")}>
      <div class="quiet">${count ? t(count.precision === "EXACT" ? "parts.count" : "parts.countAtLeast", { count: count.count }) : ""}</div>
      ${(hasPreviousPage || hasNextPage) &&
      html`<div class="row">
        <button class="button small" disabled=${!hasPreviousPage} onClick=${() => turn({ before: startCursor })}><${Icon} name="left" />${t("parts.previous")}</button>
        <button class="button small" disabled=${!hasNextPage} onClick=${() => turn({ after: endCursor })}>${t("parts.next")}<${Icon} name="right" /></button>
      </div>`}
    </nav>
  `;
}

/** What `selection` of a Table takes: rows that are in sight. Where the address says another view, none is selected. */
export function useSelection({ rows }, rowId = (row) => row.id) {
  const [chosen, change] = useState(new Set());
  const view = JSON.stringify(place.value.query);
  useEffect(() => change(new Set()), [view]);
  return { ids: new Set(rows?.map(rowId).filter((id) => chosen.has(id))), change };
}

/** What `sort` of a Table takes, kept in the address; a field that is asked for again turns round. */
export function useSort(initial) {
  const { sort = initial } = place.value.query;
  const [field, direction] = sort.split(".");
  const by = (asked) =>
    refine({ sort: `${asked}.${asked === field && direction === "DESC" ? "ASC" : "DESC"}`, after: null, before: null });
  return { field, direction, by };
}
