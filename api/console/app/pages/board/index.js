// The live board: what is open and where it stands, how fast it comes and goes, what waits for a person.
import { html } from "htm/preact";

import { gql, useEvery, useFollow, useQuery, useThrottled } from "../../api.js";
import { number } from "../../format.js";
import { t } from "../../i18n.js";
import { When } from "../../parts/amounts.js";
import { Answer } from "../../parts/conditions.js";
import { PageHead } from "../../parts/facts.js";
import { to } from "../../router.js";
import { countAgain } from "../../tallies.js";
import { Channels } from "./channels.js";
import { LastHour } from "./hour.js";
import { Stages } from "./stages.js";
import { Waiting } from "./waiting.js";

const BOARD = gql`
  query Board($timezone: String!) {
    board(timezone: $timezone) {
      at
      stages {
        stage
        count
        oldestAt
        channels {
          count
          channel {
            code
          }
        }
      }
      backlog {
        orders
        units
        oldestPlacedAt
      }
      today {
        placed
        sourced
        shipped
        delivered
        cancelled
      }
      channels {
        channel {
          code
          name
        }
        backlog {
          orders
          units
          oldestPlacedAt
        }
        today {
          placed
          shipped
          cancelled
        }
      }
      minutes {
        at
        throughput {
          placed
          shipped
          delivered
        }
      }
    }
  }
`;
const EVENTS = gql`
  subscription BoardMoves($after: String) {
    orderEvents(after: $after) {
      position
      kind
    }
  }
`;
const PAUSE_MS = 1000;
const COUNTED_MS = 2500; // what happened by minute follows the feed a moment later
const TURN_MS = 15_000; // minutes pass also while nothing happens
const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function Board() {
  const query = useQuery(BOARD, { timezone });
  const again = useThrottled(() => {
    query.again();
    countAgain();
  }, PAUSE_MS);
  const onceCounted = useThrottled(query.again, COUNTED_MS, COUNTED_MS);
  const moved = () => {
    again();
    onceCounted();
  };
  useFollow(EVENTS, {}, { event: moved, missed: moved });
  useEvery(TURN_MS, again);
  return html`
    <${PageHead} title=${t("board.title")} />
    <${Answer} query=${query} lines=${8}>${({ board }) => html`
      <div class="stack">
        <${Figures} board=${board} />
        <${Stages} stages=${board.stages} />
        <div class="board-halves">
          <${LastHour} minutes=${board.minutes} />
          <${Waiting} />
        </div>
        <${Channels} board=${board} />
      </div>
    `}<//>
  `;
}

function Figures({ board: { backlog, today } }) {
  return html`
    <dl class="figures">
      <${Figure} name=${t("board.backlog")} value=${backlog.orders} href=${to("/orders", { state: "OPEN" })}>
        ${t("board.unitsToLeave", { count: backlog.units })}${backlog.oldestPlacedAt && html` · ${t("board.oldest")} <${When} at=${backlog.oldestPlacedAt} />`}
      <//>
      <${Figure} name=${t("board.placedToday")} value=${today.placed}>${t("board.cancelledToday", { count: today.cancelled })}<//>
      <${Figure} name=${t("board.sourcedToday")} value=${today.sourced}>${t("board.decisions")}<//>
      <${Figure} name=${t("board.shippedToday")} value=${today.shipped}>${t("board.deliveredToday", { count: today.delivered })}<//>
    </dl>
  `;
}

/** A number that shows when it changes: a new key is a new element, which fades in. */
function Figure({ name, value, href, children }) {
  const shown = html`<span key=${value} class="figure-value">${number(value)}</span>`;
  return html`
    <div class="card figure">
      <dt>${name}</dt>
      <dd>${href ? html`<a href=${href}>${shown}</a>` : shown}</dd>
      <dd class="quiet">${children}</dd>
    </div>
  `;
}

export default { component: Board };
