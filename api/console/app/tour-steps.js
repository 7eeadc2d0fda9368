// The first hour's tasks. `page`: where one begins; `show`: what to look at, the first of these that is there;
// done when a page of the route `reached` opens, or the API did what `changed` names; else the reader says so.
export const steps = [
  { name: "find", page: "/orders", show: "main input[type=search]", reached: "/orders/:id" },
  { name: "why", page: "/orders", show: "table.alternatives, main input[type=search]" },
  { name: "hold", page: "/orders", show: ".page-head .button:not(.danger), main input[type=search]", changed: "holdOrder" },
  { name: "release", page: "/orders", show: ".page-head .button.primary, main input[type=search]", changed: "releaseOrder" },
  { name: "pack", page: "/warehouse", show: ".scanner input, main .button.primary", changed: "shipFulfilmentOrder" },
  { name: "replay", page: "/messages", show: "main tbody tr", changed: "replayInboundMessages" },
  { name: "simulate", page: "/rules", show: "main .button.primary, main tbody tr", changed: "simulateSourcing" },
];
