// The guided tour of the training company: what to do next, where, and a tick when it was done. It is kept where it was left.
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { t } from "./i18n.js";
import { pages } from "./pages/index.js";
import { Icon } from "./parts/icon.js";
import { match, place, to } from "./router.js";
import { steps as allSteps } from "./tour-steps.js";
import { company, isTraining } from "./training.js";

const KEPT = "forebay.tour";
const LOOK_MS = 300;
const steps = allSteps.filter(({ page }) => pages.some(({ route }) => route === page));
const tour = signal(JSON.parse(localStorage.getItem(KEPT)) ?? {});

effect(() => {
  // what was done at another company is not done at this one
  if (tour.peek().of !== company.value) tour.value = { at: 0, open: isTraining, of: company.value };
});
effect(() => localStorage.setItem(KEPT, JSON.stringify(tour.value)));

const goTo = (at) => (tour.value = { ...tour.value, at: Math.max(0, Math.min(at, steps.length)), open: true });
const close = () => (tour.value = { ...tour.value, open: false });

export const StartTour = () =>
  isTraining &&
  html`
    <button class="button plain" aria-expanded=${tour.value.open} onClick=${() => (tour.value = { ...tour.value, open: !tour.value.open })}>
      <${Icon} name="play" /><span>${t("tour.name")}</span>
    </button>
  `;

export function Tour() {
  const { at, open } = tour.value;
  const step = steps[at];
  useEffect(() => (isTraining && open && step ? noticing(step, () => goTo(at + 1)) : undefined), [at, open]);
  useEffect(() => (isTraining && open && step ? pointing(step.show) : undefined), [at, open]);
  if (!isTraining || !open) return null;
  return html`
    <section class="tour card" aria-label=${t("tour.name")} onKeyDown=${(event) => event.key === "Escape" && close()}>
      <header class="row apart">
        <span class="quiet small">${step && t("tour.step", { at: at + 1, count: steps.length })}</span>
        <button class="button plain icon" aria-label=${t("tour.close")} onClick=${close}><${Icon} name="close" /></button>
      </header>
      <div role="status">
        ${at > 0 && html`<p class="tour-done small"><${Icon} name="check" />${t(`tour.${steps[at - 1].name}.title`)}</p>`}
        <h2>${step ? t(`tour.${step.name}.title`) : t("tour.overTitle")}</h2>
        <p>${step ? t(`tour.${step.name}.text`) : t("tour.overText")}</p>
      </div>
      <footer class="row apart">
        ${at > 0 ? html`<button class="button plain" onClick=${() => goTo(step ? at - 1 : 0)}>${step ? t("tour.back") : t("tour.again")}</button>` : html`<span></span>`}
        <div class="row">
          ${step && html`<a class="button" href=${to(step.page)}>${t("tour.goThere")}</a>`}
          ${step && html`<button class="button primary" onClick=${() => goTo(at + 1)}>${step.reached || step.changed ? t("tour.skip") : t("tour.next")}</button>`}
        </div>
      </footer>
    </section>
  `;
}

/** Call `done` once the step's task was done; returns what ends that. */
function noticing({ reached, changed }, done) {
  const began = place.peek().path;
  const unfollow = place.subscribe(({ path }) => reached && path !== began && match(reached, path) && done());
  const onChange = ({ detail }) => detail === changed && done();
  addEventListener("changed", onChange);
  return () => {
    unfollow();
    removeEventListener("changed", onChange);
  };
}

/** Mark what is to be looked at, which may come and go while pages load; returns what ends that. */
function pointing(selector) {
  let marked = null;
  function look() {
    const found = selector.split(", ").map((each) => document.querySelector(each)).find(Boolean) ?? null;
    if (found === marked) return;
    marked?.removeAttribute("data-tour");
    found?.setAttribute("data-tour", "");
    found?.scrollIntoView({ block: "nearest" });
    marked = found;
  }
  look();
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    marked?.removeAttribute("data-tour");
  };
}
