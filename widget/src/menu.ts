/** The few things one can do with the whole chat, behind one button. */

import words from "words:panel";
import { button, element, icon } from "./dom";

const DOTS = "M5 12h.01M12 12h.01M19 12h.01";

export class Menu {
  readonly element: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly list: HTMLElement;

  /** `items` are titles with what they do. */
  constructor(items: readonly (readonly [string, () => void])[]) {
    this.list = element(
      "div",
      { class: "menu-list", id: "menu", hidden: true },
      ...items.map(([title, run]) =>
        button("menu-item", title, () => {
          this.show(false);
          run();
        })),
    );
    this.toggle = button("head-button", icon(DOTS, "icon dots-icon"), () => this.show(this.list.hidden !== false), {
      "aria-label": words.menu, title: words.menu, "aria-expanded": "false", "aria-controls": "menu",
    });
    this.element = element("div", { class: "menu", hidden: true }, this.toggle, this.list);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.list.hidden) return;
      // Only the menu closes: the chat itself stays.
      event.stopPropagation();
      this.show(false);
      this.toggle.focus();
    });
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.element.contains(relatedTarget as Node)) this.show(false);
    });
  }

  focus(): void {
    this.toggle.focus();
  }

  show(open: boolean): void {
    this.list.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }
}
