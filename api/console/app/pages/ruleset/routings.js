// The routings: an order follows the first whose conditions it meets.
import { html } from "htm/preact";

import { otherwise, t, word } from "../../i18n.js";
import { Nothing } from "../../parts/conditions.js";
import { Card } from "../../parts/facts.js";
import { Pick, Rows, Whole, Words } from "./rows.js";

const PROMISES = ["PREFER", "REQUIRE", "IGNORE"];
const UNFILLABLE = ["BACKORDER", "PARK", "CANCEL"];
const NEW = () => ({
  name: t("ruleset.newRouting"),
  when: [],
  eligible: [],
  groups: [],
  rank: [],
  split: { shipmentsMax: null, valueMins: [] },
  promise: "PREFER",
  unfillable: "BACKORDER",
  cancelAfterDays: null,
  cancelFrom: "BACKORDER",
});

const named = (rule) => otherwise(`ruleset.named.${rule}`, rule);
const means = (rule) => rule && otherwise(`ruleset.means.${rule.name}`, rule.description);

export function Routings({ routings, rules, set, open }) {
  const of = (stage) => rules.filter((rule) => rule.stage === stage);
  return html`
    <${Card} title=${t("ruleset.routings")}>
      <p class="quiet">${t("ruleset.routingsText")}</p>
      ${!open && !routings.length
        ? html`<${Nothing} icon="rules" title=${t("ruleset.noRoutings")} />`
        : html`<${Rows} ordered entries=${routings} set=${set} make=${NEW} add=${t("ruleset.addRouting")} name=${(routing) => routing.name}>
            ${(routing, change) => html`<${Routing} routing=${routing} set=${change} conditions=${of("CONDITION")} filters=${of("FILTER")} criteria=${of("CRITERION")} />`}
          <//>`}
    <//>
  `;
}

function Routing({ routing, set, conditions, filters, criteria }) {
  return html`
    <div class="routing">
      <div class="row top wrap">
        <label class="words grow"><span class="quiet small">${t("rules.name")}</span><input value=${routing.name} onInput=${(event) => set({ name: event.target.value })} /></label>
        <${Pick} label=${t("ruleset.promise")} value=${routing.promise} values=${PROMISES} text=${(each) => word("PromiseRule", each)} set=${(promise) => set({ promise })} />
        <${Pick} label=${t("ruleset.unfillable")} value=${routing.unfillable} values=${UNFILLABLE} text=${(each) => word("UnfillableRule", each)} set=${(unfillable) => set({ unfillable, cancelAfterDays: unfillable === "CANCEL" ? (routing.cancelAfterDays ?? 7) : null })} />
        ${routing.unfillable === "CANCEL" && html`<${Whole} label=${t("ruleset.cancelAfter")} max="365" value=${routing.cancelAfterDays} set=${(cancelAfterDays) => set({ cancelAfterDays })} />`}
        <${Whole} label=${t("ruleset.shipmentsMax")} none min="1" max="10" value=${routing.split.shipmentsMax} set=${(shipmentsMax) => set({ split: { ...routing.split, shipmentsMax } })} />
      </div>
      <div class="parts">
        <section><h3>${t("ruleset.when")}</h3><${Calls} calls=${routing.when} rules=${conditions} set=${(when) => set({ when })} /></section>
        <section><h3>${t("ruleset.eligible")}</h3><${Calls} calls=${routing.eligible} rules=${filters} set=${(eligible) => set({ eligible })} /></section>
        <section><h3>${t("ruleset.groups")}</h3>
          <${Rows} ordered entries=${routing.groups} set=${(groups) => set({ groups })} make=${() => ({ name: t("ruleset.newGroup"), where: [] })} add=${t("ruleset.addGroup")} name=${(group) => group.name}>
            ${(group, change) => html`
              <label class="words"><span class="quiet small">${t("rules.name")}</span><input value=${group.name} onInput=${(event) => change({ name: event.target.value })} /></label>
              <${Calls} calls=${group.where} rules=${filters} set=${(where) => change({ where })} />
            `}
          <//>
        </section>
        <section><h3>${t("ruleset.rank")}</h3>
          <${Rows} ordered entries=${routing.rank} set=${(rank) => set({ rank })} make=${() => ({ rule: criteria[0].name, tolerance: 0 })} add=${t("ruleset.addCriterion")} name=${(rank) => named(rank.rule)}>
            ${(rank, change) => html`
              <div class="row top">
                <${Pick} label=${t("ruleset.criterion")} value=${rank.rule} values=${criteria.map(({ name }) => name)} text=${named} set=${(rule) => change({ rule })} />
                <${Whole} label=${`${t("ruleset.tolerance")} (${otherwise(`ruleset.takes.${rank.rule}`, "–")})`} value=${rank.tolerance} set=${(tolerance) => change({ tolerance })} />
              </div>
              <div class="quiet small">${means(criteria.find(({ name }) => name === rank.rule))}</div>
            `}
          <//>
        </section>
      </div>
    </div>
  `;
}

/** Rules with the values that they are given. What each means, the API says. */
function Calls({ calls, rules, set }) {
  return html`
    <${Rows} entries=${calls} set=${set} make=${() => ({ rule: rules[0].name, values: [], negated: false })} add=${t("ruleset.addRule")} name=${(call) => named(call.rule)}>
      ${(call, change) => {
        const rule = rules.find(({ name }) => name === call.rule);
        return html`
          <div class="row top">
            <${Pick} label=${t("ruleset.rule")} value=${call.rule} values=${rules.map(({ name }) => name)} text=${named} set=${(name) => change({ rule: name })} />
            <${Words} label=${t("ruleset.values")} hint=${rule && otherwise(`ruleset.takes.${rule.name}`, rule.values)} values=${call.values} set=${(values) => change({ values })} />
            <label class="row tight check"><input type="checkbox" checked=${call.negated} onChange=${(event) => change({ negated: event.target.checked })} />${t("ruleset.not")}</label>
          </div>
          <div class="quiet small">${means(rule)}</div>
        `;
      }}
    <//>
  `;
}
