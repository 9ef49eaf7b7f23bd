/** The messages on the screen: what is added, what is said aloud, what is scrolled to, and what can be pressed. */

import words from "words:panel";
import type { Button, Reply } from "./api";
import type { Announcer } from "./announcer";
import { deliveryNote, isUrgent, replyBubble, visitorBubble } from "./bubbles";
import type { FactsBesideTheWidget } from "./clinic-facts";
import type { Delivery } from "./conversation";
import { button, element, fill } from "./dom";
import { askedIn, isSummary, placeChanges } from "./forms";
import { isSafe, link } from "./links";
import { plain } from "./markdown";
import type { OnFeedback } from "./reply-actions";

/** One side's words, for the file and for paper. */
export interface Line {
  readonly role: "visitor" | "bot";
  /** RFC 3339 */
  readonly at: string;
  readonly text: string;
}

export interface TranscriptEvents {
  readonly onPress: (button: Button) => void;
  readonly onAsk: (question: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onTakeBack: (id: string) => void;
  readonly onFeedback: OnFeedback;
}

const NEAR_END_PX = 32;

export class Transcript {
  readonly scroller: HTMLElement;
  lines: Line[] = [];
  private readonly log = element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": words.messages });
  private readonly typing = element("div", { class: "typing", hidden: true });
  private readonly choices = element("div", { class: "choices", role: "group", "aria-label": words.choices, hidden: true });
  private readonly newBelow: HTMLButtonElement;
  private readonly turns = new Map<string, HTMLElement>();
  private readonly notes = new Map<string, HTMLElement>();
  private readonly said = new Map<string, Line>();
  private questions: readonly string[] = [];
  private lastSent = "";
  private atEnd = true;
  private scrolling = 0;

  constructor(
    private readonly announcer: Announcer,
    private readonly facts: FactsBesideTheWidget,
    private readonly events: TranscriptEvents,
  ) {
    const dots = element("span", { class: "dots", "aria-hidden": "true" }, ...[1, 2, 3].map(() => element("i")));
    this.typing.append(words.typing, dots);
    this.newBelow = button("new-below", words.newBelow, () => this.toEnd(), { hidden: true });
    this.scroller = element(
      "div",
      { class: "scroller", role: "group", "aria-label": words.chat, tabindex: 0 },
      this.log, this.choices, this.typing, this.newBelow,
    );
    this.scroller.addEventListener("scroll", () => {
      this.atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END_PX;
      if (this.atEnd) this.newBelow.hidden = true;
    }, { passive: true });
    // Where the end was in sight it stays so when a keyboard slides in or the box grows.
    if ("ResizeObserver" in window) new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.scroller);
  }

  /** Questions from the document, offered below the greeting. */
  offerQuestions(questions: readonly string[]): void {
    this.questions = questions;
  }

  begin(notice: string): void {
    this.clear();
    if (notice) this.log.append(element("p", { class: "notice" }, notice));
  }

  clear(): void {
    this.log.replaceChildren();
    this.turns.clear();
    this.notes.clear();
    this.said.clear();
    this.lines = [];
    this.dropChoices();
    this.newBelow.hidden = true;
  }

  showMessage({ id, text, at }: { id: string; text: string; at: string }): void {
    if (this.turns.has(id)) return;
    this.dropChoices();
    const turn = visitorBubble(text);
    const line: Line = { role: "visitor", at, text };
    this.turns.set(id, turn);
    this.said.set(id, line);
    this.lines.push(line);
    this.log.append(turn);
    this.toEnd();
  }

  showDelivery(id: string, delivery: Delivery): void {
    const turn = this.turns.get(id);
    if (!turn) return;
    this.notes.get(id)?.remove();
    if (delivery.state === "sent") this.removeLastSent(id);
    const { note, aloud } = deliveryNote(delivery, {
      retry: () => {
        // The pressed button is about to go.
        this.focus(id);
        this.events.onRetry(id);
      },
      takeBack: () => this.events.onTakeBack(id),
    });
    this.notes.set(id, note);
    turn.append(note);
    this.announcer.say(aloud);
    if (aloud) note.scrollIntoView({ block: "nearest" });
  }

  removeMessage(id: string): void {
    this.turns.get(id)?.remove();
    this.turns.delete(id);
    this.notes.delete(id);
    this.lines = this.lines.filter((line) => line !== this.said.get(id));
    this.said.delete(id);
  }

  /** Keeps the visitor's place after a button that is gone: the next Tab goes on from the message it became. */
  focus(id: string): void {
    this.turns.get(id)?.focus({ preventScroll: true });
  }

  showReplies(replies: readonly Reply[], about: { answers: string | null; at: string; fresh: boolean }): void {
    const wasAtEnd = this.atEnd;
    const made = replies.map((reply) => replyBubble(reply, this.facts, this.events.onFeedback));
    const question = about.answers ? this.turns.get(about.answers) : undefined;
    // The answer to an earlier message belongs below it, also where others wait below.
    const waitsBelow = question && question !== this.log.lastElementChild && this.isWaiting(question);
    if (waitsBelow) question.after(...made);
    else this.log.append(...made);
    this.lines.push(...replies.map(({ text }): Line => ({ role: "bot", at: about.at, text: plain(text) })));
    this.offer(replies, made);
    if (!about.fresh) {
      this.toEnd();
      return;
    }
    this.readAloud(replies);
    if (wasAtEnd || replies.some(isUrgent)) this.toStartOf(question ?? this.log.firstElementChild);
    else this.newBelow.hidden = false;
  }

  showTyping(typing: boolean): void {
    this.typing.hidden = !typing;
    if (typing && this.atEnd) this.toEnd();
  }

  /** "Sent" is of interest below the newest message only. */
  private removeLastSent(id: string): void {
    if (this.lastSent) this.notes.get(this.lastSent)?.remove();
    this.lastSent = id;
  }

  /** Whether every message below this one still waits for its own answer. */
  private isWaiting(question: Element): boolean {
    for (let next = question.nextElementSibling; next; next = next.nextElementSibling) {
      if (!next.classList.contains("mine")) return false;
    }
    return true;
  }

  private readAloud(replies: readonly Reply[]): void {
    const texts = replies.map(({ text }) => plain(text));
    const buttons = this.choices.querySelectorAll("button, a").length;
    if (replies.some(isUrgent)) {
      this.announcer.sayNow(`${words.urgentCard}. ${texts.join("\n")}`);
      return;
    }
    this.announcer.say(`${words.helper} ${texts.join("\n")}`);
    if (buttons) this.announcer.say(fill(words.buttonsFollow, { count: buttons }));
  }

  /**
   * The newest turn's buttons. A form's question stands alone with its own; otherwise the last reply's come first, then
   * those of the earlier ones, which name their section where two buttons read the same.
   */
  private offer(replies: readonly Reply[], made: readonly HTMLElement[]): void {
    this.dropChoices();
    const last = replies[replies.length - 1];
    if (!last) return;
    const alone = askedIn(last) !== null || last.buttons.some(({ value }) => value !== null);
    const offering = alone ? [last] : [last, ...replies.slice(0, -1)];
    const titles = offering.flatMap(({ buttons }) => buttons.map(({ title }) => title));
    const summary = made[made.length - 1]?.querySelector(".summary");
    for (const { buttons, sources } of offering) {
      const rest = summary && isSummary(last) ? placeChanges(summary, buttons, this.events.onPress) : buttons;
      for (const one of rest) {
        const twice = titles.filter((title) => title === one.title).length > 1;
        const title = twice && sources[0] ? `${one.title}: ${sources[0].title}` : one.title;
        this.choices.append(choice(one, title, isUrgent(last), this.events.onPress));
      }
    }
    if (last.outcomes.includes("smalltalk:greet") && this.lines.length === 1 && this.questions.length) {
      const questions = this.questions.map((text) => button("choice", text, () => this.events.onAsk(text)));
      this.choices.append(
        element("details", { class: "from-page" }, element("summary", {}, words.fromPage), element("div", { class: "row" }, ...questions)),
      );
    }
    this.choices.hidden = !this.choices.hasChildNodes();
  }

  private dropChoices(): void {
    this.choices.replaceChildren();
    this.choices.hidden = true;
    this.log.querySelectorAll(".change").forEach((one) => one.remove());
  }

  /** Once for all that is added before the next frame: a long transcript is laid out once, not at each message. */
  private toEnd(): void {
    this.atEnd = true;
    this.newBelow.hidden = true;
    cancelAnimationFrame(this.scrolling);
    this.scrolling = requestAnimationFrame(() => {
      this.scroller.scrollTop = this.scroller.scrollHeight;
    });
  }

  /** A long answer is read from its start: the end comes into sight only if all that is new fits. */
  private toStartOf(first: Element | null): void {
    this.atEnd = true;
    this.newBelow.hidden = true;
    cancelAnimationFrame(this.scrolling);
    this.scrolling = requestAnimationFrame(() => {
      this.scroller.scrollTop = this.scroller.scrollHeight;
      const above = first ? this.scroller.getBoundingClientRect().top - first.getBoundingClientRect().top : 0;
      if (above > 0) this.scroller.scrollTop -= above + 8;
    });
  }
}

function choice(one: Button, title: string, urgent: boolean, onPress: (button: Button) => void): HTMLElement {
  const style = urgent ? "choice urgent" : "choice";
  if (one.href !== null && isSafe(one.href)) return link(title, one.href, style);
  return button(style, element("bdi", {}, title), () => onPress(one));
}
