// A list as a table: sortable heads, selection, keys to move in it, and what to show when there is nothing.
import { html } from "htm/preact";

import { t } from "../i18n.js";
import { Broken, Nothing, Outdated } from "./conditions.js";
import { Icon } from "./icon.js";

/** What has nothing to focus in it must take the focus itself, to be scrolled by keys. */
const FOCUSABLE = { tabindex: 0 };

/**
 * `columns`: {id, title, text, hint, cell, end, sort, minor}: `title` is the key of its text, or `text` the text itself, and `hint` what it means; `cell` makes a row's content; `end`
 * aligns numbers; `sort` is the field it sorts by; `minor` ones are hidden where it is narrow.
 * `foot` is what stands under all rows, if any column has it.
 * `href` is where a row leads. `sort`: {field, direction, by(field)}. `selection`: {ids: Set, change(Set)}.
 */
export function Table({ label, columns, rows, rowId = (row) => row.id, href, sort, selection, loading, stale, fault, again, empty }) {
  if (fault && (!rows || stale)) return html`<${Broken} fault=${fault} again=${again} />`;
  const ids = rows?.map(rowId) ?? [];
  const outdated = fault && html`<${Outdated} fault=${fault} again=${again} />`;
  if (rows && !rows.length) return html`${outdated}${empty ?? html`<${Nothing} title=${t("parts.empty")} />`}`;
  return html`
    ${outdated}
    <div class="table-frame" ...${href ? {} : FOCUSABLE} aria-label=${label} role="group" aria-busy=${Boolean(loading)} data-stale=${stale ? "" : null}>
      <table>
        <caption class="unseen">${label}</caption>
        <thead>
          <tr>
            ${selection && html`<th class="select"><${SelectAll} ids=${ids} selection=${selection} /></th>`}
            ${columns.map((column) => html`<${Head} key=${column.id} column=${column} sort=${sort} />`)}
          </tr>
        </thead>
        <tbody onKeyDown=${onKey}>
          ${rows
            ? rows.map(
                (row, index) => html`
                  <tr key=${ids[index]} data-selected=${selection?.ids.has(ids[index]) ? "" : null} onClick=${href && ((event) => follow(event, href(row)))}>
                    ${selection && html`<td class="select"><${Select} id=${ids[index]} name=${columns[0].name?.(row) ?? ids[index]} selection=${selection} /></td>`}
                    ${columns.map((column) => html`<td key=${column.id} class=${classes(column)}>${column.cell(row)}</td>`)}
                  </tr>
                `,
              )
            : Array.from({ length: 12 }, (_, index) => html`<tr key=${index} class="waiting">${selection && html`<td></td>`}${columns.map(({ id }) => html`<td key=${id}><div class="skeleton"></div></td>`)}</tr>`)}
        </tbody>
        ${rows && columns.some(({ foot }) => foot !== undefined) && html`<tfoot><tr>${selection && html`<td></td>`}${columns.map((column) => html`<td key=${column.id} class=${classes(column)}>${column.foot}</td>`)}</tr></tfoot>`}
      </table>
    </div>
  `;
}

const classes = (column) => `${column.end ? "end" : ""} ${column.minor ? "minor" : ""}`;

function Head({ column, sort }) {
  const text = column.text ?? t(column.title);
  if (!sort || !column.sort) return html`<th scope="col" class=${classes(column)} title=${column.hint}>${text}</th>`;
  const mine = sort.field === column.sort;
  const way = mine ? { ASC: "ascending", DESC: "descending" }[sort.direction] : null;
  return html`
    <th scope="col" class=${classes(column)} title=${column.hint} aria-sort=${way}>
      <button type="button" class="sort" onClick=${() => sort.by(column.sort)}>${text}<span data-shown=${mine ? "" : null}><${Icon} name=${way === "ascending" ? "up" : "down"} /></span></button>
    </th>
  `;
}

function SelectAll({ ids, selection }) {
  const count = ids.filter((id) => selection.ids.has(id)).length;
  const set = (box) => box && (box.indeterminate = count > 0 && count < ids.length);
  return html`<label class="target"><input ref=${set} type="checkbox" aria-label=${t("parts.selectAll")} checked=${ids.length > 0 && count === ids.length}
    onChange=${() => selection.change(new Set(count === ids.length ? [] : ids))} /></label>`;
}

function Select({ id, name, selection }) {
  function toggle() {
    const ids = new Set(selection.ids);
    if (!ids.delete(id)) ids.add(id);
    selection.change(ids);
  }
  return html`<label class="target"><input type="checkbox" aria-label=${t("parts.select", { name })} checked=${selection.ids.has(id)} onChange=${toggle} /></label>`;
}

/** A dialog that is opened from a row lies in it, but what happens there is none of the row's. */
const inDialog = ({ target, currentTarget }) => currentTarget.contains(target.closest("dialog"));

/** A click anywhere in a row follows it, unless it was meant for something in it, or marked text. */
function follow(event, address) {
  if (inDialog(event) || event.target.closest("a, button, input, label, select") || String(getSelection())) return;
  if (event.metaKey || event.ctrlKey) open(address, "_blank", "noopener");
  else location.hash = address;
}

/** ↑ and ↓ move between the rows' links, x selects; what is typed into a field is the field's. */
function onKey(event) {
  if (inDialog(event) || event.target.matches("select, textarea, input:not([type=checkbox])")) return;
  const row = event.target.closest("tr");
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (step) (row[step]?.querySelector("a") ?? row[step]?.querySelector("button, input"))?.focus();
  else if (event.key === "x") row.querySelector("input[type=checkbox]")?.click();
  else return;
  event.preventDefault();
}

