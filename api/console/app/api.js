// The public GraphQL API: requests over HTTP, and what happens over one WebSocket.
import { signal } from "@preact/signals";
import { createClient } from "graphql-ws";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { spoken } from "./i18n.js";
import { key, signOut } from "./session.js";

const ENDPOINT = new URL("/graphql", location.origin);
const RETRY_MS = [250, 1000, 2000, 5000];
const PING_MS = 15_000;
const PONG_MS = 5_000;
const ANSWER_MS = 45_000; // the API gives up before; what takes longer is lost on its way

/** A GraphQL document. Nothing may be interpolated: a guard test validates each against the schema. */
export const gql = ([document]) => document;

/** The API could not answer: away, overloaded, or at fault (then with an incident id for who runs it). */
export class Fault extends Error {
  constructor(message, { code = "UNREACHABLE", incidentId = null, retryable = false } = {}) {
    super(spoken({ code, message }));
    Object.assign(this, { code, incidentId, retryable });
  }
}

/** The API said no, and why: one or more user errors. */
export class Refused extends Error {
  constructor(userErrors) {
    super(userErrors.map(spoken).join(" "));
    this.userErrors = userErrors;
  }

  /** What is wrong with this field of the input, if anything. */
  at(field) {
    const error = this.userErrors.find((each) => each.field === field);
    return error ? spoken(error) : null;
  }
}

async function post(document, variables, abort, bearer) {
  try {
    return await fetch(ENDPOINT, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json",
        Authorization: `Bearer ${bearer}`,
      },
      body: JSON.stringify({ query: document, variables }),
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(abort ? [abort] : [])]),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Fault(error.message, { retryable: true });
  }
}

/** The answer's data. Raises Fault. */
export async function ask(document, variables = {}, { abort, bearer = key.value } = {}) {
  if (!bearer) throw new Fault("", { code: "UNAUTHENTICATED" }); // timers outlive whoever signed out by a moment
  const response = await post(document, variables, abort, bearer);
  if (response.status === 401) {
    if (bearer === key.value) signOut("refused");
    throw new Fault("", { code: "UNAUTHENTICATED" });
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Fault(`${response.status} ${response.statusText}`, { retryable: response.status >= 500 });
  }
  if (answer.errors?.length) throw new Fault(answer.errors[0].message, answer.errors[0].extensions);
  return answer.data;
}

/** The payload of a document with one mutation, of which an event `changed` tells the tour. Raises Refused if it has user errors, or Fault. */
export async function change(document, input) {
  const [[mutation, payload]] = Object.entries(await ask(document, { input }));
  if (payload.userErrors.length) throw new Refused(payload.userErrors);
  dispatchEvent(new CustomEvent("changed", { detail: mutation }));
  return payload;
}

/**
 * What a query answers, asked again whenever its variables change, or `at`. Until the new answer is there the old one stays.
 * Returns {data, fault, loading, stale, again}; `stale` says that the data is what other variables were answered by.
 *
 * Who asks again while it is being asked is answered by one more request after that one: news that comes faster than
 * answers does not keep them from coming.
 */
export function useQuery(document, variables = {}, { at = null } = {}) {
  const asked = JSON.stringify(variables);
  const [{ data, answered, fault, tried, loading }, setState] = useState({ data: null, fault: null, loading: true });
  const running = useRef(null);
  const again = useCallback(() => {
    if (running.current) {
      running.current.onceMore = true;
      return running.current.over;
    }
    const mine = (running.current = { abort: new AbortController(), onceMore: false });
    const tell = (news) => running.current === mine && setState((now) => ({ ...now, ...news }));
    async function answer() {
      do {
        mine.onceMore = false;
        tell({ loading: true });
        await ask(document, JSON.parse(asked), { abort: mine.abort.signal }).then(
          (data) => tell({ data, answered: asked, fault: null, loading: false }),
          (fault) => tell({ fault, tried: asked, loading: false }),
        );
      } while (mine.onceMore);
      if (running.current === mine) running.current = null;
    }
    return (mine.over = answer());
  }, [document, asked]);
  useEffect(() => () => {
    running.current?.abort.abort();
    running.current = null;
  }, [again]);
  useEffect(() => void again(), [again, at]);
  return { data, fault: tried === asked ? fault : null, loading, stale: data !== null && answered !== asked, again };
}

// ------------------------------------------------------------ live

/** How the socket is: "idle" (nobody follows anything), "connecting", "live" or "broken". */
export const connection = signal("idle");

let socket = null;

/** A client of this key: what becomes of it once somebody else is signed in, or nobody, is nobody's news. */
function clientOf(bearer) {
  const current = () => bearer === key.value;
  let deaf = null;
  const client = createClient({
    url: ENDPOINT.href.replace(/^http/, "ws"),
    connectionParams: () => ({ authorization: `Bearer ${bearer}` }),
    retryAttempts: 0, // `follow` goes on by itself, since it knows where it was
    keepAlive: PING_MS,
    on: {
      // nobody closes a socket of which the other end is gone without a word
      ping: (received) => received || (deaf = setTimeout(client.terminate, PONG_MS)),
      pong: (received) => received && clearTimeout(deaf),
      connecting: () => (connection.value = connection.value === "broken" ? "broken" : "connecting"),
      connected: () => current() && (connection.value = "live"),
      closed: (event) => {
        clearTimeout(deaf);
        if (!current()) return;
        connection.value = event.code === 1000 ? "idle" : "broken";
        if (event.code === 4403) signOut("refused");
      },
    },
  });
  return client;
}

key.subscribe(() => {
  socket?.dispose().catch(() => {}); // it may be refused while it is still connecting
  socket = null;
  connection.value = "idle";
});

// Codes of a cursor that is no longer kept, or of a list or feed that is not there any more.
export const GONE = ["CURSOR_EXPIRED", "INVALID_CURSOR"];
const expired = (error) => Array.isArray(error) && error.some(({ extensions }) => GONE.includes(extensions?.code));

/**
 * Follow a subscription with an `$after` for as long as it takes; returns what ends it.
 *
 * When the connection breaks it goes on after the last position it saw, without gap or double. Where that is no
 * longer kept, `missed` is called: read anew; events follow from that moment.
 */
export function follow(document, { variables = {}, after = null, event, missed = () => {} }) {
  let position = after;
  let failures = 0;
  let stopped = false;
  let stop = () => {};
  let waiting = null;

  function begin() {
    socket ??= clientOf(key.value);
    stop = socket.subscribe(
      { query: document, variables: { ...variables, after: position } },
      { next, error: (error) => (expired(error) ? (position = null, missed(), later()) : later()), complete: later },
    );
  }
  function next({ data }) {
    const [news] = Object.values(data ?? {});
    if (!news) return;
    failures = 0;
    position = news.position;
    if (news.kind !== "POSITION") event(news);
  }
  function later() {
    if (stopped || key.value === null) return;
    waiting = setTimeout(begin, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  begin();
  return () => {
    stopped = true;
    clearTimeout(waiting);
    stop();
  };
}

/** Follow while the component is there. `event` and `missed` may change at each render. */
export function useFollow(document, variables, handlers) {
  const latest = useRef(handlers);
  latest.current = handlers;
  const asked = JSON.stringify(variables);
  // its end comes at once, not a moment later as other effects' does: then the socket may be somebody else's
  useLayoutEffect(
    () =>
      follow(document, {
        variables: JSON.parse(asked),
        event: (news) => latest.current.event(news),
        missed: () => latest.current.missed?.(),
      }),
    [document, asked],
  );
}

/** Call `act` every `pauseMs` while the component is there; where that is false, not at all. */
export function useEvery(pauseMs, act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!pauseMs) return;
    const timer = setInterval(() => latest.current(), pauseMs);
    return () => clearInterval(timer);
  }, [pauseMs]);
}

/** Call `act` after `leadMs`, and not more often than every `pauseMs`, however often it is asked for. */
export function useThrottled(act, pauseMs = 1000, leadMs = 50) {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef(null);
  const lastAt = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = null;
        lastAt.current = Date.now();
        latest.current();
      },
      Math.max(leadMs, lastAt.current + pauseMs - Date.now()),
    );
  }, [pauseMs, leadMs]);
}
