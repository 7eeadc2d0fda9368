// What reports and their columns are called. One that is new shows at once, as the API calls it in English.
import { otherwise } from "../../i18n.js";

export const titleOf = (report) => otherwise(`reports.titled.${report.name}`, report.title);
export const aboutOf = (report) => otherwise(`reports.about.${report.name}`, report.description);

// a column may be another thing in one report than in the others
const of = (what, report, column, english) =>
  otherwise(`reports.${what}.${report.name + "_" + column.name}`, otherwise(`reports.${what}.${column.name}`, english));

export const columnOf = (report, column) => of("column", report, column, column.title);
export const saidOf = (report, column) => of("says", report, column, column.description);

/** What a report belongs to, by what it is about and by how its name begins. */
export function areaOf({ name, ofStock }) {
  if (ofStock) return "stock";
  return { sales: "sales", channel: "sales", fulfilment: "fulfilment" }[name.match(/^[a-z]+/)[0]] ?? "other";
}
export const AREAS = ["sales", "fulfilment", "stock", "other"];
