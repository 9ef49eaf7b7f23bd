/**
 * Says things through a screen reader.
 *
 * The regions lie in the page's own tree, in a slot of the widget: screen readers do not agree on regions inside a
 * shadow tree. There are two polite ones in turn, because a region that gets the same words twice stays silent. Words
 * go in 250 ms late: NVDA drops what comes while the focus moves. What is said in that time becomes one text. It is
 * taken out again later, so that nobody comes across it while reading on.
 */

import { element } from "./dom";

const DELAY_MS = 250;
const REMOVE_MS = 12_000;

export class Announcer {
  private readonly polite = [region("polite"), region("polite")];
  private readonly urgent = region("assertive");
  private turn = 0;
  private waiting: string[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: HTMLElement) {
    host.append(...this.polite, this.urgent);
  }

  /** Says it when the visitor's screen reader has time. */
  say(text: string): void {
    if (!text.trim()) return;
    this.waiting.push(text);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const words = this.waiting.join("\n");
      this.waiting = [];
      this.turn = 1 - this.turn;
      this.polite[1 - this.turn]!.textContent = "";
      put(this.polite[this.turn]!, words);
    }, DELAY_MS);
  }

  /** Says it at once. For safety cards only. */
  sayNow(text: string): void {
    this.urgent.textContent = "";
    setTimeout(() => put(this.urgent, text), DELAY_MS);
  }
}

function region(how: "polite" | "assertive"): HTMLElement {
  return element("div", { "aria-live": how, "aria-atomic": "true", slot: "aloud" });
}

function put(where: HTMLElement, text: string): void {
  where.textContent = text;
  setTimeout(() => {
    if (where.textContent === text) where.textContent = "";
  }, REMOVE_MS);
}
