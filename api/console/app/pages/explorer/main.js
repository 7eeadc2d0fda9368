// Where the explorer begins: GraphiQL, with the key that is signed in at the console, or one that it asks for.
import { effect } from "@preact/signals";
import { createClient } from "graphql-ws";
import { html, render } from "htm/preact";

import { loadStrings, t } from "../../i18n.js";
import { key } from "../../session.js";
import { SignIn } from "../../signin.js";
import { isDark } from "../../theme.js";
import { examples } from "./examples.js";
import { sayTabsAreButtons } from "./tabs.js";

const ENDPOINT = new URL("/graphql", location.origin);
const INDENT = /^ {2}/gm;
const place = document.getElementById("explorer");

await loadStrings(["explorer"]);
effect(() => void (document.title = `${t("explorer.title")} · Forebay`));
effect(() => (key.value ? explore(key.value) : render(html`<${SignIn} />`, place)));

/** A document as it stands in an editor. */
const written = (document) => `${document.replace(INDENT, "").trim()}\n`;

async function explore(token) {
  render(null, place);
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: import.meta.resolve("graphiql/style.css") }));
  const { GraphiQL, createElement: h, createGraphiQLFetcher, createRoot, useGraphiQL, useGraphiQLActions } = await import("graphiql");
  const authorization = `Bearer ${token}`;
  const fetcher = createGraphiQLFetcher({
    url: ENDPOINT.href,
    headers: { authorization },
    wsClient: createClient({ url: ENDPOINT.href.replace(/^http/, "ws"), connectionParams: { authorization } }),
  });

  function Examples() {
    const { addTab } = useGraphiQLActions();
    const editor = useGraphiQL((state) => state.queryEditor);
    const open = (document) => (addTab(), editor.setValue(written(document)));
    return h("section", { className: "explorer-examples" },
      h("h2", null, t("explorer.examples")),
      h("ul", null, Object.entries(examples).map(([name, document]) =>
        h("li", { key: name }, h("button", { type: "button", className: "graphiql-un-styled", onClick: () => open(document) }, t(`explorer.example.${name}`))))));
  }

  const icon = () => h("svg", { viewBox: "0 0 20 20", fill: "none", stroke: "currentColor" }, h("path", { d: "M7 5h10M7 10h10M7 15h10M3.5 5h.1M3.5 10h.1M3.5 15h.1" }));
  const plugins = [{ title: t("explorer.examples"), icon, content: Examples }];
  sayTabsAreButtons(place);
  createRoot(place).render(
    h(GraphiQL, { fetcher, plugins, forcedTheme: isDark() ? "dark" : "light", defaultQuery: written(examples.orders), isHeadersEditorEnabled: false, defaultEditorToolsVisibility: false },
      h(GraphiQL.Logo, null, h("a", { href: "/", className: "explorer-back" }, t("explorer.back"))),
    ),
  );
}
