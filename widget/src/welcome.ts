/** The card before a chat: who answers, when the clinic is open, what is kept, and the two buttons that start it. */

import words from "words:panel";
import type { ClinicFacts } from "./clinic-facts";
import { button, element, fill } from "./dom";
import { nodesOf } from "./markdown";

export type Occasion = "first" | "over" | "elsewhere" | "asked";

export class Welcome {
  readonly element = element("section", { class: "welcome", "aria-labelledby": "welcome-title", hidden: true });
  private readonly title = element("h3", { id: "welcome-title", tabindex: -1 });
  private readonly text = element("p");
  private readonly hours = element("div");
  private readonly kept = element("p", {}, words.welcome.keptUnknown);
  private readonly trouble = element("p", { class: "trouble-words", role: "alert" });
  private readonly start: HTMLButtonElement;
  private readonly unsaved: HTMLButtonElement;

  constructor(private readonly clinic: string, onStart: (save: boolean) => void) {
    this.start = button("main-button", words.welcome.start, () => onStart(true));
    this.unsaved = button("quiet", words.welcome.unsaved, () => onStart(false));
    this.text.textContent = fill(words.welcome.who, { clinic });
    this.element.append(
      this.title,
      this.text,
      this.hours,
      element("h4", {}, words.welcome.keptTitle),
      this.kept,
      element("p", {}, words.welcome.notKept),
      this.trouble,
      element("div", { class: "row" }, this.start, this.unsaved),
    );
  }

  /** Fills in what the server knows. */
  tell({ hours, email, keeps_days }: ClinicFacts): void {
    this.kept.textContent = fill(words.welcome.kept, { days: keeps_days });
    const said = hours?.length ? fill(words.welcome.hours, { hours: hours.join("; ") }) : fill(words.welcome.hoursUnknown, { email });
    this.hours.replaceChildren(nodesOf(said));
  }

  /** Returns the words for a screen reader. */
  show(why: Occasion, hasDraft: boolean): string {
    const { welcome } = words;
    this.title.textContent =
      why === "first" ? welcome.title : why === "asked" ? welcome.deletedTitle : welcome.endedTitle;
    this.text.textContent = {
      first: fill(welcome.who, { clinic: this.clinic }),
      over: hasDraft ? welcome.endedDraft : welcome.ended,
      elsewhere: welcome.elsewhere,
      asked: welcome.deleted,
    }[why];
    this.start.textContent = why === "first" ? welcome.start : welcome.startAgain;
    // After a chat the way on is what counts, and in sight.
    this.hours.hidden = why !== "first";
    this.fail("");
    this.element.hidden = false;
    return `${this.title.textContent}. ${this.text.textContent}`;
  }

  hide(): void {
    this.element.hidden = true;
  }

  fail(what: string): void {
    this.trouble.textContent = what;
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  /** While it starts, a second press does nothing. */
  busy(yes: boolean): void {
    for (const one of [this.start, this.unsaved]) one.toggleAttribute("disabled", yes);
  }
}
