// Every page of the console, in the navigation's order. `name` is its folder, where its strings.json is; `route` its
// address; `section` where the navigation shows it, if at all; `keys` the letter that goes there after `g`; `scope` what
// a key needs to be shown it, READ if unsaid; `whole` pages are only for keys that see every channel; `within` names the
// page that the navigation marks instead; `list` is the WorkListKind it deals with, whose number the navigation shows; `lists` others that it shows, as `?list=`.
export const pages = [
  { name: "board", route: "/", section: "work", icon: "board", keys: "b", load: () => import("./board/index.js") },
  { name: "orders", route: "/orders", section: "work", icon: "orders", keys: "o", load: () => import("./orders/index.js") },
  { name: "order", route: "/orders/:id", within: "orders", load: () => import("./order/index.js") },
  { name: "stock", route: "/stock", section: "work", icon: "stock", keys: "s", whole: true, load: () => import("./stock/index.js") },
  { name: "sku", route: "/stock/:sku", within: "stock", whole: true, load: () => import("./sku/index.js") },
  { name: "warehouse", route: "/warehouse", section: "work", icon: "barcode", keys: "w", whole: true, load: () => import("./warehouse/index.js") },
  { name: "wave", route: "/warehouse/waves/:id", within: "warehouse", whole: true, load: () => import("./wave/index.js") },
  { name: "parcel", route: "/warehouse/parcels/:id", within: "warehouse", load: () => import("./parcel/index.js") },
  { name: "messages", route: "/messages", section: "lists", icon: "inbox", keys: "m", list: "FAILED_MESSAGES", load: () => import("./messages/index.js") },
  { name: "changes", route: "/changes", section: "lists", icon: "edit", list: "ORDER_CHANGES", load: () => import("./changes/index.js") },
  { name: "held", route: "/held", section: "lists", icon: "hold", keys: "h", list: "HELD_ORDERS", load: () => import("./held/index.js") },
  { name: "backorders", route: "/backorders", section: "lists", icon: "box", list: "BACKORDERS", load: () => import("./backorders/index.js") },
  { name: "parcels", route: "/parcels", section: "lists", icon: "truck", list: "OVERDUE_PARCELS", lists: ["LATE_PARCELS"], load: () => import("./parcels/index.js") },
  { name: "drift", route: "/drift", section: "lists", icon: "scale", whole: true, list: "DRIFTED_LISTINGS", load: () => import("./drift/index.js") },
  { name: "imports", route: "/imports", section: "lists", icon: "download", list: "PAUSED_IMPORTS", load: () => import("./imports/index.js") },
  { name: "endpoints", route: "/endpoints", section: "lists", icon: "link", scope: "ADMIN", list: "DISABLED_ENDPOINTS", load: () => import("./endpoints/index.js") },
  { name: "jobs", route: "/jobs", section: "lists", icon: "job", scope: "ADMIN", list: "DEAD_JOBS", load: () => import("./jobs/index.js") },
  { name: "checks", route: "/checks", section: "lists", icon: "shield", whole: true, list: "BROKEN_PROMISES", load: () => import("./checks/index.js") },
  { name: "rules", route: "/rules", section: "insight", icon: "rules", keys: "p", whole: true, load: () => import("./rules/index.js") },
  { name: "ruleset", route: "/rules/:id", within: "rules", whole: true, load: () => import("./ruleset/index.js") },
  { name: "simulation", route: "/simulations/:id", within: "rules", whole: true, load: () => import("./simulation/index.js") },
  { name: "reports", route: "/reports", section: "insight", icon: "chart", keys: "r", load: () => import("./reports/index.js") },
  { name: "report", route: "/reports/:name", within: "reports", load: () => import("./report/index.js") },
  { name: "explorer", route: "/explorer", section: "tools", icon: "code", load: () => import("./explorer/index.js") },
];
