// What is around every page: navigation, who I am, language, theme, and whether the console hears of news.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { ask, connection, gql } from "./api.js";
import { number } from "./format.js";
import { LANGUAGES, language, t } from "./i18n.js";
import { Shortcuts } from "./keyboard.js";
import { pages } from "./pages/index.js";
import { Icon } from "./parts/icon.js";
import { Broken, Loading, Nothing } from "./parts/conditions.js";
import { Menu } from "./parts/menu.js";
import { Toasts } from "./parts/toast.js";
import { match, place, to } from "./router.js";
import { key, may, seesAll, signOut, viewer } from "./session.js";
import { SignIn } from "./signin.js";
import { tallies, useTallies } from "./tallies.js";
import { THEMES, theme } from "./theme.js";
import { StartTour, Tour } from "./tour.js";
import { Banner, ToTraining } from "./training.js";

const WHO = gql`
  query Who {
    viewer {
      name
      scopes
      channels {
        code
        name
      }
    }
  }
`;
const SECTIONS = ["work", "lists", "insight", "tools"];

export function Shell() {
  const [fault, setFault] = useState(null);
  const given = key.value;
  function who() {
    setFault(null);
    const mine = (act) => (answer) => given === key.value && act(answer);
    if (given) ask(WHO).then(mine((data) => (viewer.value = data.viewer)), mine(setFault));
  }
  useEffect(who, [given]);
  if (!given) return html`<${SignIn} />`;
  if (fault && fault.code !== "UNAUTHENTICATED") return html`<main class="alone"><${Broken} fault=${fault} again=${who} /></main>`;
  if (!viewer.value) return html`<main class="alone"><${Loading} /></main>`;
  return html`<${Frame} />`;
}

const allowed = (page) => may(page.scope ?? "READ") && (!page.whole || seesAll());

function Frame() {
  const [open, setOpen] = useState(false);
  const main = useRef(null);
  const { path } = place.value;
  const was = useRef(path);
  useTallies();
  useKeptFocus(main);
  useEffect(() => {
    setOpen(false);
    if (was.current === path) return;
    was.current = path;
    main.current.focus({ preventScroll: true }); // whoever cannot see it hears that this is another page
    scrollTo(0, 0);
  }, [path]);
  const found = pages.map((page) => ({ page, params: match(page.route, path) })).find(({ params }) => params);
  return html`
    <div class="frame">
      <a class="skip" href="#content" onClick=${(event) => (event.preventDefault(), main.current.focus())}>${t("shell.skip")}</a>
      <${Navigation} open=${open} current=${found?.page} close=${() => setOpen(false)} />
      <div class="content">
        <${Banner} />
        <header class="bar">
          <button class="button plain icon only-narrow" aria-label=${t("shell.menu")} aria-expanded=${open} onClick=${() => setOpen(!open)}>
            <${Icon} name="menu" />
          </button>
          <${Connection} />
          <${Preferences} />
        </header>
        <main ref=${main} id="content" tabindex="-1">
          ${found && allowed(found.page) ? html`<${Page} key=${found.page.name} ...${found} />` : html`<${Lost} forbidden=${Boolean(found)} />`}
        </main>
      </div>
    </div>
    <${Toasts} />
    <${Tour} />
    <${Shortcuts} pages=${pages.filter((page) => page.keys && allowed(page))} />
  `;
}

/** The focus of what is taken away, such as a row that was dealt with, goes to `main`: it would be nowhere. */
function useKeptFocus(main) {
  useEffect(() => {
    let last = null;
    const onFocus = ({ target }) => (last = target);
    const watch = new MutationObserver(() => {
      if (last && !last.isConnected && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    });
    addEventListener("focusin", onFocus);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      removeEventListener("focusin", onFocus);
      watch.disconnect();
    };
  }, []);
}

function Page({ page, params }) {
  const [loaded, setLoaded] = useState(null);
  const [fault, setFault] = useState(null);
  useEffect(() => {
    page.load().then((module) => setLoaded(module.default), setFault);
  }, [page]);
  const title = t(`${page.name}.title`);
  useEffect(() => void (document.title = `${title} · Forebay`), [title]);
  if (fault) return html`<${Broken} fault=${fault} again=${() => location.reload()} />`;
  if (!loaded) return html`<${Loading} />`;
  return html`<${loaded.component} ...${params} query=${place.value.query} />`;
}

function Lost({ forbidden }) {
  const [title, text] = forbidden ? ["shell.forbidden", "shell.forbiddenText"] : ["shell.lost", "shell.lostText"];
  return html`<${Nothing} title=${t(title)} text=${t(text)}><a class="button" href=${to("/")}>${t("shell.toBoard")}</a><//>`;
}

function Navigation({ open, current, close }) {
  useEffect(() => {
    const onKey = (event) => event.key === "Escape" && close();
    if (open) addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [open]);
  const here = current?.within ?? current?.name;
  const shown = pages.filter((page) => page.section && allowed(page));
  return html`
    <div class="veil ${open ? "shown" : ""}" onClick=${close}></div>
    <nav class="navigation ${open ? "open" : ""}" aria-label=${t("shell.navigation")}>
      <a class="brand" href=${to("/")}><img src="/console/app/style/mark.svg" alt="" width="22" height="22" />Forebay</a>
      ${SECTIONS.map((section) => {
        const mine = shown.filter((page) => page.section === section);
        return (
          mine.length > 0 &&
          html`<div key=${section} role="group" aria-label=${t(`shell.section.${section}`)}>
            ${section !== "work" && html`<div class="section" aria-hidden="true">${t(`shell.section.${section}`)}</div>`}
            <ul>
              ${mine.map(
                (page) =>
                  html`<li key=${page.name}>
                    <a href=${to(page.route)} aria-current=${here === page.name ? "page" : null}><${Icon} name=${page.icon} />${t(`${page.name}.title`)}<${Tally} kind=${page.list} /></a>
                  </li>`,
              )}
            </ul>
          </div>`
        );
      })}
      <${Me} />
    </nav>
  `;
}

function Tally({ kind }) {
  const count = tallies.value.find((each) => each.kind === kind)?.count;
  if (!count?.count) return null;
  return html`<span class="tally">${number(count.count)}${count.precision === "AT_LEAST" && "+"}</span>`;
}

function Me() {
  const { name, scopes, channels } = viewer.value;
  const sees = channels ? channels.map((channel) => channel.name).join(", ") : t("shell.everyChannel");
  return html`
    <div class="me">
      <${Icon} name="key" />
      <div class="who" title=${`${scopes.join(", ")} · ${sees}`}>
        <div class="strong">${name}</div>
        <div class="quiet small">${sees}</div>
      </div>
      <button class="button plain icon" aria-label=${t("shell.signOut")} title=${t("shell.signOut")} onClick=${() => signOut()}><${Icon} name="leave" /></button>
    </div>
  `;
}

function Connection() {
  const state = connection.value;
  return html`<div class="connection" role="status" data-state=${state}>
    ${state !== "idle" && html`<span class="dot" aria-hidden="true"></span>${t(`shell.connection.${state}`)}`}
  </div>`;
}

function Preferences() {
  const symbol = { auto: "auto", light: "sun", dark: "moon" }[theme.value];
  return html`
    <div class="row">
      <${ToTraining} /><${StartTour} />
      <${Menu} icon="language" label=${t("shell.language")} text=${LANGUAGES[language.value]}
        items=${Object.entries(LANGUAGES).map(([tag, name]) => ({ text: name, lang: tag, checked: tag === language.value, act: () => (language.value = tag) }))} />
      <${Menu} icon=${symbol} label=${t("shell.theme")}
        items=${THEMES.map((name) => ({ text: t(`shell.theme.${name}`), checked: name === theme.value, act: () => (theme.value = name) }))} />
      <button class="button plain icon only-wide" aria-label=${t("shell.shortcuts")} title=${t("shell.shortcuts")} onClick=${() => dispatchEvent(new CustomEvent("shortcuts"))}>
        <${Icon} name="keyboard" />
      </button>
    </div>
  `;
}
