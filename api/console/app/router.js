// Where we are: hash routes such as `#/orders/123?tab=why`. What a view shows is in its address, so it can be linked.
import { signal } from "@preact/signals";

import { signInByLink } from "./session.js";

function read() {
  signInByLink(); // before anything remembers the address
  const [path, query = ""] = (location.hash.slice(1) || "/").split("?", 2);
  return { path: path.startsWith("/") ? path : "/", query: Object.fromEntries(new URLSearchParams(query)) };
}

export const place = signal(read());

addEventListener("hashchange", () => (place.value = read()));

/** An address for `href`; what is null or empty is left out of the query. */
export function to(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given).toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export function go(path, query = {}, { replace = false } = {}) {
  const address = to(path, query);
  if (address === location.hash) return;
  if (replace) {
    history.replaceState(null, "", address);
    place.value = read();
  } else {
    location.hash = address;
  }
}

/** Change some of the query and stay on the page; `replace` for what needs no way back, such as typing. */
export function refine(changes, { replace = false } = {}) {
  go(place.value.path, { ...place.value.query, ...changes }, { replace });
}

/** The params of `path` under a route such as `/orders/:id`, or null if it is another. */
export function match(route, path) {
  const parts = route.split("/");
  const given = path.split("/");
  if (parts.length !== given.length) return null;
  const params = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(given[index]);
    else if (part !== given[index]) return null;
  }
  return params;
}
