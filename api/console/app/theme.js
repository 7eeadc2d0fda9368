// Light, dark, or as the system has it; kept on this machine.
import { effect, signal } from "@preact/signals";

const KEPT = "forebay.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);

export const THEMES = ["auto", "light", "dark"];
export const theme = signal(THEMES.includes(localStorage.getItem(KEPT)) ? localStorage.getItem(KEPT) : "auto");

/** Whether dark is shown now. */
export const isDark = () => theme.value === "dark" || (theme.value === "auto" && systemIsDark.value);

system.addEventListener("change", (event) => (systemIsDark.value = event.matches));

effect(() => {
  localStorage.setItem(KEPT, theme.value);
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
});
