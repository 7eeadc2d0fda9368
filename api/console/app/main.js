// Where the console begins: in which language, and then the shell, which asks who it is.
import { html, render } from "htm/preact";

import { loadStrings } from "./i18n.js";
import { pages } from "./pages/index.js";
import { Shell } from "./shell.js";
import "./theme.js";

await loadStrings(pages.map((page) => page.name));
render(html`<${Shell} />`, document.getElementById("console"));
