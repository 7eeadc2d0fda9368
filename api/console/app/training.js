// The training company: its console signs everybody in, and says on every page that nothing is real; the real one leads to it.
// Whoever practises may have it founded anew: then its keys are over, and everybody is signed in to the new one.
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { change, gql } from "./api.js";
import { t } from "./i18n.js";
import { Confirm } from "./parts/dialog.js";
import { Icon } from "./parts/icon.js";
import { done } from "./parts/toast.js";
import { go } from "./router.js";
import { ended, key, may, signIn } from "./session.js";

const RESET = gql`
  mutation ResetTrainingCompany {
    resetTrainingCompany { userErrors { code message field } }
  }
`;
const LOOK_MS = 1000;

const configuration = async () => (await fetch(new URL("/console/config.json", location.origin))).json();
const { training, trainingUrl } = await configuration();

/** Whether this is the training company's console. */
export const isTraining = training !== null;

/** Which company it is: everybody's key, which another company has another of. Null: a real one. */
export const company = signal(training?.key ?? null);

if (isTraining && !key.value) signIn(training.key);

/** The key that everybody has now, or null while there is no answer. */
const keyNow = () => configuration().then((told) => told.training.key, () => null);

/** Whoever was at the company that is gone begins at the one that took its place. */
function moveTo(founded) {
  company.value = founded;
  signIn(founded);
  go("/");
  done(t("training.founded"));
}

/** Resolves once another company is there than `before`. */
async function another(before) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await keyNow();
    if (now && now !== before) return now;
  }
}

let last = key.value;
key.subscribe((given) => (last = given ?? last));
effect(() => {
  if (!isTraining || ended.value !== "refused") return;
  another(last).then((founded) => key.value === null && moveTo(founded));
});

function StartOver() {
  const [asking, setAsking] = useState(false);
  async function act() {
    const before = company.value;
    await change(RESET, {});
    const founded = await another(before);
    if (company.value === before) moveTo(founded);
  }
  return html`
    <button class="link" onClick=${() => setAsking(true)}>${t("training.startOver")}</button>
    ${asking && html`<${Confirm} danger title=${t("training.startOverTitle")} text=${t("training.startOverText")} verb=${t("training.startOver")} busyText=${t("training.founding")} act=${act} close=${() => setAsking(false)} />`}
  `;
}

export const Banner = () =>
  isTraining &&
  html`
    <aside class="training" aria-label=${t("training.name")}>
      <${Icon} name="school" /><strong>${t("training.name")}</strong><span class="only-wide">${t("training.nothingIsReal")}</span>
      <span class="row">
        ${may("ORDERS_WRITE") && html`<${StartOver} />`}
        ${training.home && html`<a href=${training.home}>${t("training.back")}</a>`}
      </span>
    </aside>
  `;

export const ToTraining = () =>
  trainingUrl && html`<a class="button plain" href=${trainingUrl}><${Icon} name="school" /><span class="only-wide">${t("training.practise")}</span></a>`;
