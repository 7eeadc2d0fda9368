// What one asks first. Each is called by its name in strings.json.
import { gql } from "../../api.js";

const orders = gql`
  # The latest orders, and how far they are.
  query LatestOrders {
    orders(first: 10) {
      nodes {
        number
        placedAt
        fulfilmentStatus
        units
        channel {
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

const why = gql`
  # Why these orders leave from where they leave, and what else was weighed.
  query WhyThisWarehouse {
    sourcingDecisions(first: 5) {
      nodes {
        at
        explanation
        cost {
          amount
          currencyCode
        }
        order {
          number
        }
        candidates {
          warehouses
          chosen
          reason
        }
      }
    }
  }
`;

const stock = gql`
  # What is where. Other SKUs: change the condition, Ctrl-Space shows what there is.
  query StockLevels {
    stockLevels(first: 20) {
      nodes {
        onHand
        allocated
        held
        available
        variant {
          sku
          name
        }
        warehouse {
          code
        }
      }
    }
  }
`;

const listings = gql`
  # What each channel was told of our stock, and whether it heard.
  query WhatChannelsWereTold {
    listings(first: 20) {
      nodes {
        channel {
          name
        }
        variant {
          sku
        }
        desired {
          quantity
        }
        acknowledged {
          quantity
        }
        drift
      }
    }
  }
`;

const live = gql`
  # What happens from now on; stop it with the button that started it.
  subscription OrdersLive {
    orderEvents {
      position
      kind
      at
      order {
        number
        fulfilmentStatus
      }
    }
  }
`;

const hold = gql`
  # Keep an order from being sourced. The variables say which one.
  mutation HoldAnOrder($input: HoldOrderInput!) {
    holdOrder(input: $input) {
      order {
        number
        sourcing
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const examples = { orders, why, stock, listings, live, hold };
