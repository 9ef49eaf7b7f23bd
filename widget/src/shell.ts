/**
 * The panel before its parts are here: who this is, the emergency line, and the way out. The launcher brings it along, so
 * that it stands in the frame after the press, however long the rest takes.
 */

import { type Child, button, element, fill, icon } from "./dom";
import { followKeyboard } from "./viewport";

const CROSS = "M6 6l12 12M18 6L6 18";
/** As in launcher.css: below this the panel fills the screen. */
const SMALL_SCREEN = "(max-width: 480px), (max-height: 480px)";
const FOCUSABLE = "a[href], button, input, textarea, summary, [tabindex='0']";

/** What the shell says, in the visitor's language. */
export interface ShellWords {
  readonly title: string;
  readonly subtitle: string;
  readonly close: string;
  readonly urgent: string;
  readonly urgentLabel: string;
}

export class Shell {
  readonly element: HTMLElement;
  private readonly title: HTMLElement;
  private readonly cross: HTMLElement;
  private readonly opening = element("p", { class: "opening", role: "status" });

  constructor(words: ShellWords, readonly clinic: string, private readonly onClose: () => void) {
    this.title = element("h2", { id: "title", tabindex: -1 }, words.title);
    this.cross = button("head-button", icon(CROSS), onClose, { "aria-label": words.close, title: words.close });
    this.element = element(
      "div",
      { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
      element(
        "div",
        { class: "head" },
        element("div", { class: "names" }, this.title, element("p", {}, fill(words.subtitle, { clinic }))),
        this.cross,
      ),
      element("div", { class: "urgent-line", role: "note", "aria-label": words.urgentLabel }, element("p", {}, ...withLinks(words.urgent))),
      this.opening,
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    followKeyboard(this.element);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  show(): void {
    if (matchMedia(SMALL_SCREEN).matches) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.say("");
  }

  focus(): void {
    this.title.focus({ preventScroll: true });
  }

  /** In place of the parts that are not here yet. */
  say(text: string): void {
    this.opening.textContent = text;
  }

  /** Puts the panel's parts in: one into the head, before the way out, the others below the emergency line. */
  furnish(inHead: Node, ...below: Node[]): void {
    this.cross.before(inHead);
    this.opening.replaceWith(...below);
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault();
      this.onClose();
    }
    // Where the panel fills the screen, or asks a question, what lies behind is out of sight: Tab stays inside.
    const asking = this.element.querySelector("[aria-modal]:not([hidden])");
    if (event.key !== "Tab" || !(asking || this.element.hasAttribute("aria-modal"))) return;
    const stops = [...(asking ?? this.element).querySelectorAll<HTMLElement>(FOCUSABLE)].filter(canFocus);
    const [first, last] = event.shiftKey ? [stops[stops.length - 1], stops[0]] : [stops[0], stops[stops.length - 1]];
    if (last?.matches(":focus")) {
      event.preventDefault();
      first?.focus();
    }
  }
}

function canFocus(one: HTMLElement): boolean {
  return one.getClientRects().length > 0 && !one.matches(":disabled");
}

/** Our own words with their links, `[call 911](tel:911)`: the reader of answers comes with the panel only. */
function withLinks(text: string): Child[] {
  const parts = text.split(/\[(.+?)\]\((.+?)\)/);
  return parts.map((part, at) => [part, element("a", { href: parts[at + 1] ?? "" }, part), null][at % 3] ?? null);
}
