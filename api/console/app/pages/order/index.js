// One order: where it stands, what can be done, what happened, and why it leaves from where it does. Moves by itself.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { gql, useFollow, useQuery, useThrottled } from "../../api.js";
import { dateTime } from "../../format.js";
import { t } from "../../i18n.js";
import { State } from "../../parts/badge.js";
import { Answer, Nothing } from "../../parts/conditions.js";
import { Card, PageHead } from "../../parts/facts.js";
import { Icon } from "../../parts/icon.js";
import { to } from "../../router.js";
import { About, Sums } from "./about.js";
import { Actions } from "./actions.js";
import { Changes } from "./changes.js";
import { Holds } from "./holds.js";
import { Lines } from "./lines.js";
import { Parcels } from "./parcels.js";
import { Tags } from "./tags.js";
import { Timeline } from "./timeline.js";
import { Why } from "./why.js";

const ORDER = gql`
  query Order($id: ID!) {
    order(id: $id) {
      id
      number
      version
      externalReference
      customerReference
      state
      sourcing
      allocationStatus
      fulfilmentStatus
      priority
      stockPolicy
      splitPolicy
      maxShipments
      tags
      placedAt
      takenInAt
      promisedBy
      cancelUnfilledAt
      supportedActions
      units
      channel {
        code
        name
        timezone
      }
      shipTo {
        name
        line1
        line2
        city
        region
        postcode
        countryCode
        phone
        latitude
        longitude
        precision
        locatedBy
      }
      subtotal { amount currencyCode }
      platformDiscount { amount currencyCode }
      merchantDiscount { amount currencyCode }
      shipping { amount currencyCode }
      tax { amount currencyCode }
      total { amount currencyCode }
      lines {
        id
        position
        sku
        name
        quantity
        cancelled
        allocated
        shipped
        delivered
        openUnits
        unitPrice { amount currencyCode }
        platformDiscount { amount currencyCode }
        merchantDiscount { amount currencyCode }
      }
      holds {
        id
        reason
        note
        placedAt
        placedBy
        releasedAt
        releasedBy
      }
      fulfilmentOrders {
        id
        number
        state
        nextStates
        distanceKm
        weightG
        carrier
        trackingNumber
        rejectReason
        plannedShipOn
        arrivesOn
        late
        shippedAt
        deliveredAt
        cost { amount currencyCode }
        lines {
          orderLineId
          sku
          name
          quantity
        }
        warehouse {
          code
          name
        }
        wave {
          id
          number
        }
      }
      sourcingDecisions {
        id
        at
        policy
        routing
        outcome
        explanation
        statement { phrase values }
        proven
        cost { amount currencyCode }
        saved { amount currencyCode }
        shipments {
          warehouse
          distanceKm
          shipOn
          arrivesOn
          late
        }
        unfilled {
          sku
          units
          reason
        }
        candidates {
          warehouses
          chosen
          reason
          behind
          statement { phrase values }
          cost {
            shipment { amount currencyCode }
            distance { amount currencyCode }
            weight { amount currencyCode }
            total { amount currencyCode }
          }
        }
      }
      events {
        version
        kind
        payload
        actor
        at
      }
    }
  }
`;
const WAREHOUSES = gql`
  query WarehousesOnTheMap {
    warehouses(first: 100) {
      nodes {
        code
        name
        city
        latitude
        longitude
      }
    }
  }
`;
const EVENTS = gql`
  subscription OrderMoves($after: String, $id: ID!) {
    orderEvents(after: $after, where: { orderId: $id }) {
      position
      kind
    }
  }
`;
const PAUSE_MS = 400;

function Order({ id }) {
  const query = useQuery(ORDER, { id });
  const warehouses = useQuery(WAREHOUSES).data?.warehouses.nodes ?? [];
  const soon = useThrottled(query.again, PAUSE_MS);
  useFollow(EVENTS, { id }, { event: soon, missed: soon });
  return html`<${Answer} query=${query} lines=${8}>
    ${({ order }) => (order ? html`<${Sheet} order=${order} warehouses=${warehouses} again=${query.again} />` : html`<${Unknown} />`)}
  <//>`;
}

const Unknown = () => html`<${Nothing} title=${t("order.unknown")} icon="search"><a class="button" href=${to("/orders")}>${t("orders.title")}</a><//>`;

const Sheet = ({ order, warehouses, again }) => html`
  <${Head} order=${order} again=${again} />
  <${Changes} order=${order} again=${again} />
  <div class="halves">
    <div class="stack">
      <${Lines} order=${order} again=${again} />
      <${Parcels} order=${order} again=${again} />
      <${Why} order=${order} warehouses=${warehouses} />
    </div>
    <div class="stack">
      <${Card} title=${t("order.money")}><${Sums} order=${order} /><//>
      <${Card} title=${t("order.about")}><${About} order=${order} /><${Tags} order=${order} again=${again} /><//>
      <${Holds} order=${order} />
      <${Card} title=${t("order.timeline")}><${Timeline} events=${order.events} decisions=${order.sourcingDecisions} warehouses=${warehouses} /><//>
    </div>
  </div>
`;

function Head({ order, again }) {
  const name = t("order.heading", { number: String(order.number) });
  useEffect(() => void (document.title = `${name} · Forebay`), [name]);
  const back = html`<a class="back" href=${to("/orders")}><${Icon} name="left" />${t("orders.title")}</a>`;
  const title = html`
    <span class="row">
      ${name}
      <${State} kind="OrderState" value=${order.state} />
      ${order.sourcing !== "NONE" && html`<${State} kind="SourcingStatus" value=${order.sourcing} />`}
      ${order.state !== "CANCELLED" && html`<${State} kind="FulfilmentStatus" value=${order.fulfilmentStatus} />`}
      ${order.priority !== "NORMAL" && html`<${State} kind="OrderPriority" value=${order.priority} />`}
    </span>
  `;
  const note = html`${order.channel.name} · <span class="mono">${order.externalReference}</span> · ${dateTime(order.placedAt)}`;
  return html`<${PageHead} back=${back} title=${title} note=${note}><${Actions} order=${order} again=${again} /><//>`;
}

export default { component: Order };
