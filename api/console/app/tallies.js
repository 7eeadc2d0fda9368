// How much waits on each work list: shown in the navigation and on the board, asked for once for both.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { ask, gql } from "./api.js";
import { key } from "./session.js";

const EVERY_MS = 20_000;
const TALLIES = gql`
  query Tallies {
    board {
      workLists {
        kind
        oldestAt
        count {
          count
          precision
        }
      }
    }
  }
`;

/** {kind, count, oldestAt} of each list that the key may see. */
export const tallies = signal([]);

key.subscribe(() => (tallies.value = []));

/** Count anew; what cannot be counted just now keeps its last number, and the next turn tries again. */
export async function countAgain() {
  const asker = key.value;
  try {
    const { board } = await ask(TALLIES);
    if (key.value === asker) tallies.value = board.workLists;
  } catch (fault) {
    if (!fault.code) throw fault;
  }
}

/** Count while the component is there and somebody can see it. */
export function useTallies() {
  useEffect(() => {
    const turn = () => document.hidden || countAgain();
    turn();
    const timer = setInterval(turn, EVERY_MS);
    document.addEventListener("visibilitychange", turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", turn);
    };
  }, []);
}
