/** Light or dark: as the clinic's line says, else as the visitor's system does. The root's `data-theme` carries it. */

import type { Config } from "./config";

export function followTheme(host: HTMLElement, wanted: Config["theme"]): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => {
    host.dataset.theme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
  };
  set();
  dark.addEventListener("change", set);
}
