// The explorer is a page of its own, since GraphiQL needs another policy than the console: this only leads there.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

import { Loading } from "../../parts/conditions.js";

function ToTheExplorer() {
  useEffect(() => location.replace("/explorer"), []);
  return html`<${Loading} />`;
}

export default { component: ToTheExplorer };
