// One version of the rules: edit it while it is a draft, try it on past orders, activate it.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

import { Refused, change, gql, useQuery } from "../../api.js";
import { ours, t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Button, useBusy } from "../../parts/button.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Confirm, Field } from "../../parts/dialog.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { done, failed } from "../../parts/toast.js";
import { go, to } from "../../router.js";
import { may } from "../../session.js";
import { DRAFT } from "../rules/index.js";
import { BidPrices, Reevaluation } from "./house.js";
import { Protections } from "./protections.js";
import { Routings } from "./routings.js";
import { Try } from "./try.js";

const RULE_SET = gql`
  query OneRuleSet($id: ID!) {
    node(id: $id) {
      ... on RuleSet {
        id
        version
        name
        note
        state
        updatedAt
        bidPrices
        reevaluation {
          savingMinMinor
          savingMinShare
          holdMinutes
        }
        protections {
          channel
          units
          warehouses
          skus
        }
        routings {
          name
          promise
          unfillable
          cancelAfterDays
          cancelFrom
          when {
            rule
            values
            negated
          }
          eligible {
            rule
            values
            negated
          }
          groups {
            name
            where {
              rule
              values
              negated
            }
          }
          rank {
            rule
            tolerance
          }
          split {
            shipmentsMax
            valueMins {
              amount
              currencyCode
            }
          }
        }
        problems {
          path
          message
        }
      }
    }
    sourcingRules {
      name
      stage
      description
      values
    }
  }
`;
const CHANGE = gql`
  mutation ChangeRules($input: ChangeRuleSetInput!) {
    changeRuleSet(input: $input) {
      userErrors {
        code
        message
        field
      }
      ruleSet {
        id
      }
    }
  }
`;
const ACTIVATE = gql`
  mutation ActivateRules($input: RuleSetInput!) {
    activateRuleSet(input: $input) {
      userErrors {
        code
        message
        field
      }
      ruleSet {
        id
      }
    }
  }
`;
const DISCARD = gql`
  mutation DiscardRules($input: RuleSetInput!) {
    discardRuleSet(input: $input) {
      userErrors {
        code
        message
        field
      }
      id
    }
  }
`;

/** What of a rule set is its content, as the mutations take it. */
const contentOf = ({ name, note, routings, protections, reevaluation, bidPrices }) => ({ name, note, routings, protections, reevaluation, bidPrices });

function RuleSet({ id }) {
  const query = useQuery(RULE_SET, { id });
  return html`<${Answer} query=${query} lines=${8}>
    ${({ node, sourcingRules }) => (node?.version ? html`<${Editor} key=${`${node.id} ${node.updatedAt} ${node.state}`} ruleSet=${node} rules=${sourcingRules} again=${query.again} />` : html`<${Unknown} />`)}
  <//>`;
}

const Unknown = () => html`<${Nothing} title=${t("ruleset.unknown")} icon="search"><a class="button" href=${to("/rules")}>${t("rules.title")}</a><//>`;

function Editor({ ruleSet, rules, again }) {
  const [content, setContent] = useState(contentOf(ruleSet));
  const [wrong, setWrong] = useState([]);
  const changed = JSON.stringify(content) !== JSON.stringify(contentOf(ruleSet));
  const open = ruleSet.state === "DRAFT" && may("CATALOG_WRITE");
  const set = (part) => setContent({ ...content, ...part });
  const name = t("ruleset.heading", { version: String(ruleSet.version), name: ours(ruleSet.name) });
  useEffect(() => void (document.title = `${name} · Forebay`), [name]);

  const [busy, once] = useBusy();
  const save = once(async () => {
    setWrong([]);
    try {
      await change(CHANGE, { id: ruleSet.id, ...content });
    } catch (error) {
      if (error instanceof Refused) setWrong(error.userErrors.map(({ field, message }) => ({ path: field, message })));
      else failed(error);
      return;
    }
    done(t("ruleset.saved"));
    await again(); // what is typed until then would not be kept
  });
  const back = html`<a class="back" href=${to("/rules")}><${Icon} name="left" />${t("rules.title")}</a>`;
  return html`
    <${PageHead} back=${back} title=${html`<span class="row">${name}<${State} kind="RuleSetState" value=${ruleSet.state} /></span>`} note=${ruleSet.note}>
      ${open && html`<button class="button ${changed ? "primary" : ""}" disabled=${!changed || busy} onClick=${save}>${t("ruleset.save")}</button>`}
      <${Steps} ruleSet=${ruleSet} content=${content} changed=${changed} again=${again} />
    <//>
    <div class="stack">
      <${Problems} problems=${wrong.length ? wrong : ruleSet.problems} />
      <${Try} ruleSet=${ruleSet} changed=${changed} />
      <fieldset class="stack bare" disabled=${!open || busy}>
        ${open && html`<${Card} title=${t("ruleset.about")}><div class="grid-fields">
          <${Field} label=${t("rules.name")} control=${(own) => html`<input ...${own} value=${content.name} maxlength="100" onInput=${(event) => set({ name: event.target.value })} />`} />
          <${Field} label=${t("ruleset.noteText")} control=${(own) => html`<input ...${own} value=${content.note} maxlength="1000" onInput=${(event) => set({ note: event.target.value })} />`} />
        </div><//>`}
        <${Routings} routings=${content.routings} rules=${rules} set=${(routings) => set({ routings })} open=${open} />
        <${Protections} protections=${content.protections} set=${(protections) => set({ protections })} open=${open} />
        <div class="halves">
          <${Reevaluation} rule=${content.reevaluation} set=${(reevaluation) => set({ reevaluation })} />
          <${BidPrices} rule=${content.bidPrices} set=${(bidPrices) => set({ bidPrices })} />
        </div>
      </fieldset>
    </div>
  `;
}

const Problems = ({ problems }) =>
  problems.length > 0 &&
  html`
    <section class="notice" data-tone="warn" role="alert" aria-label=${t("ruleset.problems")}>
      <strong>${t("ruleset.problems")}</strong>
      <ul>${problems.map(({ path, message }) => html`<li key=${`${path} ${message}`}><code>${path}</code> ${message}</li>`)}</ul>
    </section>
  `;

/** Activate, copy, discard: what its state allows. */
function Steps({ ruleSet, content, changed, again }) {
  const [asking, setAsking] = useState(null);
  if (!may("CATALOG_WRITE")) return null;
  const close = () => setAsking(null);
  async function copy() {
    try {
      const made = await change(DRAFT, { ...content, name: t("ruleset.copyOf", { name: content.name }) });
      go(`/rules/${encodeURIComponent(made.ruleSet.id)}`);
    } catch (error) {
      failed(error);
    }
  }
  async function activate() {
    await change(ACTIVATE, { id: ruleSet.id });
    done(t("ruleset.activated"));
    again();
  }
  async function discard() {
    await change(DISCARD, { id: ruleSet.id });
    done(t("ruleset.discarded"));
    go("/rules");
  }
  return html`
    <${Button} act=${copy}><${Icon} name="copy" />${t("ruleset.copy")}<//>
    ${ruleSet.state === "DRAFT" && html`<button class="button danger" onClick=${() => setAsking("discard")}>${t("ruleset.discard")}</button>`}
    ${ruleSet.state !== "ACTIVE" && html`<button class="button primary" disabled=${changed || ruleSet.problems.length > 0} onClick=${() => setAsking("activate")}>${t("ruleset.activate")}</button>`}
    ${asking === "activate" && html`<${Confirm} title=${t("ruleset.activateTitle", { version: String(ruleSet.version) })} text=${t("ruleset.activateText")} verb=${t("ruleset.activate")} act=${activate} close=${close} />`}
    ${asking === "discard" && html`<${Confirm} danger title=${t("ruleset.discardTitle")} text=${t("ruleset.discardText")} verb=${t("ruleset.discard")} act=${discard} close=${close} />`}
  `;
}

export default { component: RuleSet };
