// Who is signed in: an API key, kept for this tab, or on this machine if asked to.
//
// A link that ends in `#key=forebay_…` signs in once: the key leaves the address bar at once.
import { signal } from "@preact/signals";

const KEPT = "forebay.key";

export const key = signal(sessionStorage.getItem(KEPT) ?? localStorage.getItem(KEPT));

/** The bearer of the key as the API knows it: {name, scopes, channels}; null until it said. */
export const viewer = signal(null);

/** Why the last session ended: "refused", or null. */
export const ended = signal(null);

export function signIn(given, { remember = false } = {}) {
  (remember ? localStorage : sessionStorage).setItem(KEPT, given);
  ended.value = null;
  key.value = given;
}

/** Take the key of a link that has one out of the address, and sign in with it. */
export function signInByLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.get("key")) return;
  history.replaceState(null, "", `#${given.get("to") ?? "/"}`);
  viewer.value = null;
  signIn(given.get("key"));
}

export function signOut(why = null) {
  sessionStorage.removeItem(KEPT);
  localStorage.removeItem(KEPT);
  viewer.value = null;
  ended.value = why;
  key.value = null;
}

/** Whether the key may do what this scope allows. */
export const may = (scope) =>
  viewer.value !== null && (viewer.value.scopes.includes(scope) || viewer.value.scopes.includes("ADMIN"));

/** Whether the key sees every channel. */
export const seesAll = () => viewer.value !== null && viewer.value.channels === null;
