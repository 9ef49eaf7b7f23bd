/** The single-line fields that the hand-off form asks for, so that a browser can fill them in and show the right keys. */

import words from "words:panel";
import { button, element } from "./dom";

interface Kind {
  readonly label: string;
  readonly type: "text" | "email" | "tel";
  readonly autocomplete: AutoFill;
}

const NAME: Kind = { label: words.fields.name, type: "text", autocomplete: "name" };
const EMAIL: Kind = { label: words.fields.email, type: "email", autocomplete: "email" };
const TEL: Kind = { label: words.fields.tel, type: "tel", autocomplete: "tel" };

/** One line to fill in, with a choice between email and phone where the clinic asks how to reach somebody. */
export class AnswerField {
  readonly element = element("div", { class: "answer-field" });
  private readonly label = element("label", { for: "answer" });
  private readonly input = element("input", { id: "answer", enterkeyhint: "send" });
  private readonly ways = element("div", { class: "ways", role: "group", "aria-label": words.contactBy });

  constructor() {
    this.element.append(this.ways, this.label, this.input);
    for (const [kind, title] of [[EMAIL, words.byEmail], [TEL, words.byPhone]] as const) {
      this.ways.append(button("way", title, () => {
        this.ask(kind);
        this.input.focus();
      }, { "data-type": kind.type }));
    }
  }

  /** Whether the field is one that is filled in on a single line. */
  static fits(field: string): boolean {
    return field === "name" || field === "contact";
  }

  show(field: string): void {
    this.input.value = "";
    this.ways.hidden = field !== "contact";
    this.ask(field === "name" ? NAME : EMAIL);
  }

  get value(): string {
    return this.input.value.trim();
  }

  focus(): void {
    this.input.focus();
  }

  clear(): void {
    this.input.value = "";
  }

  private ask({ label, type, autocomplete }: Kind): void {
    this.label.textContent = label;
    this.input.type = type;
    this.input.autocomplete = autocomplete;
    this.input.name = autocomplete;
    for (const way of this.ways.querySelectorAll("button")) way.setAttribute("aria-pressed", String(way.dataset.type === type));
  }
}
