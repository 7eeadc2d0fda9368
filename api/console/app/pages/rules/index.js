// The rules in front of cost, in versions: which one decides, which are drafts, which were active before.
import { html } from "htm/preact";

import { change, gql } from "../../api.js";
import { dateTime } from "../../format.js";
import { ours, t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Button } from "../../parts/button.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Pager, useList } from "../../parts/lists.js";
import { Table } from "../../parts/table.js";
import { failed } from "../../parts/toast.js";
import { go, to } from "../../router.js";
import { may } from "../../session.js";
import { Simulations } from "./simulations.js";

const RULE_SETS = gql`
  query RuleSets($first: Int, $after: String, $last: Int, $before: String) {
    ruleSets(first: $first, after: $after, last: $last, before: $before) {
      nodes {
        id
        version
        name
        note
        state
        updatedAt
        createdBy
        activatedAt
        archivedAt
        routings {
          name
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;
export const DRAFT = gql`
  mutation Draft($input: DraftRuleSetInput!) {
    draftRuleSet(input: $input) {
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

const href = ({ id }) => to(`/rules/${encodeURIComponent(id)}`);

const COLUMNS = [
  { id: "version", title: "rules.version", cell: (row) => html`<a class="strong" href=${href(row)}>${row.version}</a>` },
  { id: "name", title: "rules.name", cell: (row) => html`${ours(row.name)}<div class="quiet small">${row.note}</div>` },
  { id: "state", title: "rules.state", cell: (row) => html`<${State} kind="RuleSetState" value=${row.state} />` },
  { id: "routings", title: "rules.routings", minor: true, cell: (row) => row.routings.map(({ name }) => name).join(", ") },
  { id: "changed", title: "rules.changed", cell: (row) => dateTime(row.updatedAt) },
  { id: "by", title: "rules.by", minor: true, cell: (row) => ours(row.createdBy) },
  { id: "active", title: "rules.active", minor: true, cell: (row) => [row.activatedAt, row.archivedAt].filter(Boolean).map(dateTime).join(" – ") },
];

async function draft() {
  try {
    const { ruleSet } = await change(DRAFT, { name: t("rules.newName") });
    go(`/rules/${encodeURIComponent(ruleSet.id)}`);
  } catch (error) {
    failed(error);
  }
}

function Rules() {
  const list = useList(RULE_SETS);
  return html`
    <${PageHead} title=${t("rules.title")} note=${t("rules.note")}>
      ${may("CATALOG_WRITE") && html`<${Button} class="primary" act=${draft}><${Icon} name="plus" />${t("rules.draft")}<//>`}
    <//>
    <div class="stack">
      <${Card} flush>
        <${Table} label=${t("rules.title")} columns=${COLUMNS} href=${href} ...${list} />
        <${Pager} list=${list} />
      <//>
      <${Simulations} />
    </div>
  `;
}

export default { component: Rules };
