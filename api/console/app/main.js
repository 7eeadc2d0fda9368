// Where the console begins.
import { html, render } from "htm/preact";

render(html`<main><h1>Forebay</h1></main>`, document.getElementById("console"));
