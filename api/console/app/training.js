// The training company: its console signs everybody in, and says on every page that nothing is real; the real one leads to it.
import { html } from "htm/preact";

import { t } from "./i18n.js";
import { Icon } from "./parts/icon.js";
import { key, signIn } from "./session.js";

const answer = await fetch(new URL("/console/config.json", location.origin));
const { training, trainingUrl } = await answer.json();

/** Whether this is the training company's console. */
export const isTraining = training !== null;

if (isTraining && !key.value) signIn(training.key);

export const Banner = () =>
  isTraining &&
  html`
    <aside class="training" aria-label=${t("training.name")}>
      <${Icon} name="school" /><strong>${t("training.name")}</strong><span class="only-wide">${t("training.nothingIsReal")}</span>
      ${training.home && html`<a href=${training.home}>${t("training.back")}</a>`}
    </aside>
  `;

export const ToTraining = () =>
  trainingUrl && html`<a class="button plain" href=${trainingUrl}><${Icon} name="school" /><span class="only-wide">${t("training.practise")}</span></a>`;
