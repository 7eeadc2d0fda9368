// The way in: an API key, tried before it is kept.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";

import { ask, gql } from "./api.js";
import { LANGUAGES, language, t } from "./i18n.js";
import { ended, signIn } from "./session.js";

const TRY = gql`
  query TryKey {
    viewer {
      name
    }
  }
`;

export function SignIn() {
  const [wrong, setWrong] = useState(ended.value === "refused" ? "shell.keyRefused" : null);
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  async function submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const given = form.get("key").trim();
    setBusy(true);
    setWrong(null);
    try {
      await ask(TRY, {}, { bearer: given });
      signIn(given, { remember: form.has("remember") });
    } catch (fault) {
      setBusy(false);
      setWrong(fault.code === "UNAUTHENTICATED" ? "shell.keyRefused" : "shell.unreachable");
      field.current.focus();
    }
  }
  return html`
    <main class="alone">
      <form class="card sign-in" onSubmit=${submit}>
        <div class="row">
          <img src="/console/app/style/mark.svg" alt="" width="32" height="32" />
          <h1>${t("shell.signIn.title")}</h1>
        </div>
        <p class="quiet">${t("shell.signIn.text")}</p>
        <div class="field">
          <label for="key">${t("shell.key")}</label>
          <input ref=${field} id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false"
            placeholder="forebay_…" aria-invalid=${Boolean(wrong)} aria-describedby="key-wrong" />
          <div id="key-wrong" class="wrong" role="alert">${wrong && t(wrong)}</div>
        </div>
        <label class="check"><input type="checkbox" name="remember" />${t("shell.remember")}</label>
        <button class="button primary" disabled=${busy}>${t("shell.signIn")}</button>
        <p class="quiet small">${t("shell.signIn.how")} <code>forebay key new "Console" --scope READ</code></p>
        <div class="row" role="group" aria-label=${t("shell.language")}>
          ${Object.entries(LANGUAGES).map(
            ([tag, name]) =>
              html`<button key=${tag} type="button" lang=${tag} class="button plain small" aria-pressed=${tag === language.value} onClick=${() => (language.value = tag)}>${name}</button>`,
          )}
        </div>
      </form>
    </main>
  `;
}
