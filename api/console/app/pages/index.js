// Every page of the console, in the navigation's order. `name` is its folder, where its strings.json is; `route` its
// address; `section` where the navigation shows it, if at all; `keys` the letter that goes there after `g`; `scope` what
// a key needs to be shown it, READ if unsaid; `whole` pages are only for keys that see every channel; `within` names the
// page that the navigation marks instead; `list` is the WorkListKind it deals with, whose number the navigation shows.
export const pages = [
  { name: "board", route: "/", section: "work", icon: "board", keys: "b", load: () => import("./board/index.js") },
  { name: "orders", route: "/orders", section: "work", icon: "orders", keys: "o", load: () => import("./orders/index.js") },
  { name: "order", route: "/orders/:id", within: "orders", load: () => import("./order/index.js") },
  { name: "explorer", route: "/explorer", section: "tools", icon: "code", load: () => import("./explorer/index.js") },
];
