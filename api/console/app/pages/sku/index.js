// One SKU: where it is, what each channel was told of it, who has set some aside, and every unit's way through the ledger.
import { html } from "htm/preact";

import { gql, useFollow, useQuery, useThrottled } from "../../api.js";
import { t } from "../../i18n.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { Tabs } from "../../parts/tabs.js";
import { place, refine, to } from "../../router.js";
import { Actions } from "./actions.js";
import { Holds } from "./holds.js";
import { Ledger } from "./ledger.js";
import { Levels } from "./levels.js";
import { Told } from "./told.js";

const VARIANT = gql`
  query StockOfSku($sku: String!) {
    variants(where: { sku: { eq: $sku } }, first: 1) {
      nodes {
        id
        sku
        name
        barcode
        stockLevels {
          id
          onHand
          allocated
          held
          unsellable
          available
          incoming
          safety
          warehouse {
            code
            name
          }
        }
        listings {
          id
          active
          drift
          error
          channel {
            code
            name
          }
          desired {
            quantity
            at
          }
          sent {
            quantity
            at
          }
          acknowledged {
            quantity
            at
          }
          observed {
            quantity
            at
          }
        }
      }
    }
  }
`;
const EVENTS = gql`
  subscription MovesOfSku($after: String, $skus: [String!]) {
    stockEvents(after: $after, where: { skus: $skus }) {
      position
      kind
    }
  }
`;

function Sku({ sku }) {
  const query = useQuery(VARIANT, { sku });
  const soon = useThrottled(query.again, 1000);
  useFollow(EVENTS, { skus: [sku] }, { event: soon, missed: soon });
  return html`<${Answer} query=${query} lines=${8}>
    ${({ variants: { nodes: [variant] } }) => (variant ? html`<${Sheet} variant=${variant} again=${query.again} />` : html`<${Unknown} />`)}
  <//>`;
}

const Unknown = () => html`<${Nothing} title=${t("sku.unknown")} icon="search"><a class="button" href=${to("/stock")}>${t("stock.title")}</a><//>`;

function Sheet({ variant, again }) {
  const { sku } = variant;
  const { tab = "ledger" } = place.value.query;
  const tabs = ["ledger", "told", "holds"].map((id) => ({ id, text: t(`sku.tab.${id}`), count: id === "told" ? variant.listings.length : null }));
  const panels = {
    ledger: () => html`<${Ledger} sku=${sku} levels=${variant.stockLevels} />`,
    told: () => html`<${Told} listings=${variant.listings} again=${again} />`,
    holds: () => html`<${Holds} sku=${sku} again=${again} />`,
  };
  const back = html`<a class="back" href=${to("/stock")}><${Icon} name="left" />${t("stock.title")}</a>`;
  const note = [variant.name, variant.barcode].filter(Boolean).join(" · ");
  return html`
    <${PageHead} back=${back} title=${html`<span class="mono">${sku}</span>`} note=${note}>
      <${Actions} sku=${sku} levels=${variant.stockLevels} again=${again} />
    <//>
    <div class="stack">
      <${Card} flush title=${t("sku.levels")}><${Levels} levels=${variant.stockLevels} /><//>
      <${Card} flush>
        <${Tabs} label=${t("sku.tabs")} tabs=${tabs} open=${tab} choose=${(id) => refine({ tab: id, after: null, before: null }, { replace: true })}>${(open) => panels[open]()}<//>
      <//>
    </div>
  `;
}

export default { component: Sku };
