// Names and values: a description list. `facts` are [name, value]; those without a value are left out.
import { html } from "htm/preact";

export const Facts = ({ facts, columns = 1 }) => html`
  <dl class="facts" data-columns=${columns}>
    ${facts
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
      .map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>
`;

/** A part of a page with a heading. */
export const Card = ({ title, actions, flush = false, children }) => html`
  <section class="card ${flush ? "flush" : ""}">
    ${title && html`<header class="row apart"><h2>${title}</h2>${actions}</header>`}
    ${children}
  </section>
`;

/** The head of a page: its title, what it is about, and what can be done. */
export const PageHead = ({ title, note, back, children }) => html`
  <div class="page-head row apart">
    <div>
      ${back}
      <h1>${title}</h1>
      ${note && html`<div class="quiet">${note}</div>`}
    </div>
    <div class="row">${children}</div>
  </div>
`;
