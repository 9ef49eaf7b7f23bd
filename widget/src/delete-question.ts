/** "Delete this chat?", asked before it is done. */

import words from "words:panel";
import { button, element } from "./dom";

export class DeleteQuestion {
  readonly element: HTMLElement;
  private readonly no: HTMLButtonElement;
  private readonly trouble = element("p", { class: "trouble-words", role: "alert" });

  /** `erase` resolves to whether the conversation is gone; `leave` is called when the question goes away. */
  constructor(erase: () => Promise<boolean>, private readonly leave: () => void) {
    this.no = button("quiet", words.deleteNo, () => this.hide());
    const yes = button("danger", words.deleteYes, async () => {
      yes.disabled = true;
      this.trouble.textContent = "";
      const gone = await erase();
      yes.disabled = false;
      if (gone) this.element.hidden = true;
      else this.trouble.textContent = words.notDeleted;
    });
    this.element = element(
      "div",
      { class: "sheet", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "delete-title", "aria-describedby": "delete-text", hidden: true },
      element(
        "div",
        { class: "sheet-card" },
        element("h3", { id: "delete-title" }, words.deleteTitle),
        element("p", { id: "delete-text" }, words.deleteText),
        this.trouble,
        element("div", { class: "row" }, this.no, yes),
      ),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.hide();
      }
    });
  }

  show(): void {
    this.trouble.textContent = "";
    this.element.hidden = false;
    this.no.focus();
  }

  private hide(): void {
    this.element.hidden = true;
    this.leave();
  }
}
