// GraphiQL calls its tabs tabs, which may not have the buttons in them that they have: they are a list of buttons, of
// which one is the current one.

/** Say so below `place`, whatever GraphiQL draws there. */
export function sayTabsAreButtons(place) {
  const look = () => {
    for (const tabs of place.querySelectorAll(".graphiql-tabs[role=tablist]")) tabs.role = "list";
    for (const tab of place.querySelectorAll(".graphiql-tab[aria-selected]")) {
      tab.role = "listitem";
      tab.querySelector(".graphiql-tab-button").ariaCurrent = tab.ariaSelected;
      tab.removeAttribute("aria-selected");
    }
  };
  new MutationObserver(look).observe(place, { childList: true, subtree: true, attributeFilter: ["aria-selected"] });
}
