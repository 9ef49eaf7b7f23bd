/** The box that a visitor types in. What is in it is kept over a reload. */

import words from "words:panel";
import type { Announcer } from "./announcer";
import { AnswerField } from "./answer-fields";
import { button, element, fill } from "./dom";
import { memory } from "./memory";

const LIMIT = 1000;
const NEAR = 100;
const LONGEST_PX = 132;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly label = element("label", { for: "message" }, words.box.label);
  private readonly box = element("textarea", { id: "message", rows: 1, enterkeyhint: "send", "aria-describedby": "counter keys" });
  private readonly counter = element("p", { class: "counter", id: "counter" });
  private readonly field = new AnswerField();
  private readonly free = element("div", { class: "free" }, this.label, this.box);
  private readonly swap: HTMLButtonElement;
  private asked: string | null = null;

  constructor(
    private readonly announcer: Announcer,
    private readonly onSend: (text: string) => void,
  ) {
    this.swap = button("swap", words.box.other, () => {
      this.showField(!this.asksOnOneLine);
      this.focus();
    });
    // No name on the box, and not GET: if the form were ever sent by the browser itself, no word would be in an address.
    this.element = element(
      "form",
      { class: "composer", method: "post", novalidate: true, hidden: true },
      this.swap, this.field.element, this.free,
      element("button", { type: "submit", class: "main-button", id: "send" }, words.box.send),
      element("p", { class: "hint", id: "keys" }, words.box.keys),
      this.counter,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.box.addEventListener("keydown", (event) => {
      // While a word is being composed (Japanese, dead keys) Enter belongs to the keyboard; Safari says so by 229 only.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send();
    });
    this.box.addEventListener("input", () => {
      memory.draft = this.box.value;
      this.count();
    });
    this.ask(null);
    this.put(memory.draft);
  }

  show(visible: boolean): void {
    this.element.hidden = !visible;
    this.grow();
  }

  /** Fits the box to what a form asks; null where none asks. */
  ask(field: string | null): void {
    if (field === this.asked && field !== null) return;
    this.asked = field;
    const line = field !== null && AnswerField.fits(field);
    if (line) this.field.show(field);
    const labels: Record<string, string> = words.fields;
    this.label.textContent = (field !== null && !line && labels[field]) || words.box.label;
    this.swap.hidden = !line;
    this.showField(line);
  }

  clear(): void {
    this.put("");
  }

  /** Gives words back without losing those typed since. */
  giveBack(text: string): void {
    this.put([text, this.box.value].filter((part) => part.trim()).join("\n"));
  }

  get isEmpty(): boolean {
    return !this.box.value.trim();
  }

  focus(): void {
    if (!this.asksOnOneLine) this.box.focus({ preventScroll: true });
    else this.field.focus();
  }

  private get asksOnOneLine(): boolean {
    return !this.field.element.hidden;
  }

  private send(): void {
    if (this.asksOnOneLine) {
      const { value } = this.field;
      if (value) this.onSend(value);
      this.field.clear();
    } else if (this.box.value.trim()) {
      this.onSend(this.box.value.trim());
    }
    this.focus();
  }

  private showField(field: boolean): void {
    this.field.element.hidden = !field;
    this.free.hidden = field;
    this.swap.textContent = field ? words.box.other : words.box.back;
  }

  private put(text: string): void {
    this.box.value = text;
    memory.draft = text;
    this.count();
  }

  // Too much text can still be sent: the server looks through a text of any length for signs of an emergency.
  private count(): void {
    const left = LIMIT - [...this.box.value.trim()].length;
    const over = left < 0;
    const said = over ? fill(words.box.over, { count: -left }) : left <= NEAR ? fill(words.box.left, { count: left }) : "";
    // Read aloud when it appears and when it becomes too much, not at every key.
    if (said && (!this.counter.textContent || over !== this.counter.classList.contains("over"))) this.announcer.say(said);
    this.counter.textContent = said;
    this.counter.classList.toggle("over", over);
    this.box.setAttribute("aria-invalid", String(over));
    this.grow();
  }

  private grow(): void {
    this.box.style.setProperty("block-size", "auto");
    const { scrollHeight, offsetHeight, clientHeight } = this.box;
    if (scrollHeight) this.box.style.setProperty("block-size", `${Math.min(scrollHeight + offsetHeight - clientHeight, LONGEST_PX)}px`);
  }
}
