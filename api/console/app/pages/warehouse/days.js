// What each of the next days has to do, and the room it has left.
import { html } from "htm/preact";

import { gql, useQuery } from "../../api.js";
import { day, number } from "../../format.js";
import { t } from "../../i18n.js";
import { Badge } from "../../parts/badge.js";
import { Card } from "../../parts/facts.js";
import { Table } from "../../parts/table.js";

const DAYS_AHEAD = 6;
const DAY_MS = 86_400_000;
const SCHEDULE = gql`
  query Schedule($warehouse: String!, $from: Date!, $to: Date!) {
    dispatchSchedule(warehouse: $warehouse, from: $from, to: $to) {
      day
      works
      planned
      capacity
      room
      toLeave
      inWaves
    }
  }
`;

/** The calendar day at the warehouse, so many days from now. */
function dayAt(timezone, daysAhead) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  return parts.format(Date.now() + daysAhead * DAY_MS);
}

const COLUMNS = [
  { id: "day", title: "warehouse.day", cell: (row) => html`<strong>${day(row.day)}</strong>` },
  { id: "works", title: "warehouse.works", cell: (row) => !row.works && html`<${Badge} text=${t("warehouse.closed")} />` },
  { id: "planned", title: "warehouse.planned", end: true, cell: (row) => number(row.planned) },
  { id: "toLeave", title: "warehouse.toLeave", end: true, cell: (row) => html`<strong>${number(row.toLeave)}</strong>` },
  { id: "inWaves", title: "warehouse.inWaves", end: true, cell: (row) => number(row.inWaves) },
  { id: "room", title: "warehouse.room", end: true, cell: (row) => (row.room === null ? t("warehouse.unlimited") : number(row.room)) },
];

export function Days({ warehouse: { code, timezone }, at }) {
  const query = useQuery(SCHEDULE, { warehouse: code, from: dayAt(timezone, 0), to: dayAt(timezone, DAYS_AHEAD) }, { at });
  return html`
    <${Card} flush title=${t("warehouse.days")}>
      <${Table} label=${t("warehouse.days")} columns=${COLUMNS} rows=${query.data?.dispatchSchedule} rowId=${(row) => row.day} ...${query} />
    <//>
  `;
}
