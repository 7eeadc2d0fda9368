// What reports and their columns are called. One that is new shows at once, as the API calls it in English.
import { t } from "../../i18n.js";

const otherwise = (text, english) => (text.startsWith("reports.") ? english : text);

export const titleOf = (report) => otherwise(t(`reports.titled.${report.name}`), report.title);
export const aboutOf = (report) => otherwise(t(`reports.about.${report.name}`), report.description);

// a column may be another thing in one report than in the others
const named = (report, column) => otherwise(t(`reports.column.${report.name + "_" + column.name}`), t(`reports.column.${column.name}`));
const said = (report, column) => otherwise(t(`reports.says.${report.name + "_" + column.name}`), t(`reports.says.${column.name}`));

export const columnOf = (report, column) => otherwise(named(report, column), column.title);
export const saidOf = (report, column) => otherwise(said(report, column), column.description);

/** What a report belongs to, by what it is about and by how its name begins. */
export function areaOf({ name, ofStock }) {
  if (ofStock) return "stock";
  return { sales: "sales", channel: "sales", fulfilment: "fulfilment" }[name.match(/^[a-z]+/)[0]] ?? "other";
}
export const AREAS = ["sales", "fulfilment", "stock", "other"];
