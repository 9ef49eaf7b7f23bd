/**
 * One conversation with the helper: started when the visitor says so, picked up after a reload and in another tab.
 *
 * A message goes into the outbox with an id of its own before it is sent, and leaves it when its answer is here. Until
 * then it is sent again, with the same id, after a broken connection, a reload or in another tab: the server stores it
 * once and answers it once. Messages go out one after another, in the order they were written.
 */

import { type Api, type Button, ConnectionFailed, Refused, type Reply, type Said } from "./api";
import { memory, type Outgoing } from "./memory";
import { newMessageId } from "./message-id";

/** What there is to say about a message of the visitor's. */
export type Delivery =
  | { readonly state: "sending" | "sent" | "offline" | "notSent" }
  | { readonly state: "later" | "notRecorded"; readonly seconds: number }
  | { readonly state: "unanswered"; readonly text: string };

/** `asked`: the visitor ended it here. `elsewhere`: in another tab. `over`: its time was up. */
export type End = "asked" | "elsewhere" | "over";

/** Where the conversation is shown. */
export interface View {
  /** A conversation begins on the screen: what was there goes. */
  begin(notice: string): void;
  /** A message of the visitor's, unless it is shown already. */
  showMessage(message: { id: string; text: string; at: string }): void;
  showDelivery(id: string, delivery: Delivery): void;
  removeMessage(id: string): void;
  /** `fresh` replies are new to the visitor; others were read before the reload. */
  showReplies(replies: readonly Reply[], about: { answers: string | null; at: string; fresh: boolean }): void;
  showTyping(typing: boolean): void;
  /** Words back into the box, without losing those typed since. */
  giveBack(text: string): void;
  tell(what: "tooLarge" | "goneButton"): void;
  end(why: End): void;
}

/** A message that came to nothing in the way it was sent. */
const HOPELESS = new Set([404, 409, 413]);
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 15_000;
/** When to look whether an answer has come after all. */
const LOOKS_MS = [4_000, 8_000, 16_000, 32_000];
const TOO_LONG_CHARACTERS = 1000;

export class Conversation {
  private token = "";
  /** Goes up when a conversation ends; an answer that comes for an earlier one is let go. */
  private era = 0;
  /** The `seq` up to which the transcript was read. */
  private cursor = 0;
  private loaded = false;
  private shownReplies = new Set<string>();
  private draining = false;
  private failures = 0;
  private alarm: ReturnType<typeof setTimeout> | undefined;
  private looks: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly api: Api,
    private readonly view: View,
    private readonly locale: string,
  ) {
    memory.onChange(() => this.followOtherTab());
  }

  /** Whether there is a chat to go back to. */
  get exists(): boolean {
    return memory.chat !== null;
  }

  /** Whether messages can be said now. */
  get isOpen(): boolean {
    return this.loaded;
  }

  /** Starts a new one. Rejects as `Api` does. */
  async start(save: boolean): Promise<void> {
    const session = await this.api.startSession(save, this.locale);
    const { token, notice, greeting } = session;
    this.leave();
    memory.begin({ token, expiresAt: session.expires_at, notice, save, outbox: [] });
    this.token = token;
    this.loaded = true;
    this.view.begin(notice);
    this.showReplies(greeting, { answers: null, at: new Date().toISOString(), fresh: true });
  }

  /** Shows the one that this browser remembers. Rejects as `Api` does; a session that is over is told to the view. */
  async resume(): Promise<void> {
    const chat = memory.chat;
    if (!chat) return;
    this.leave();
    const era = this.era;
    this.token = chat.token;
    try {
      const { messages, seq } = await this.api.readMessages(chat.token, 0);
      if (era !== this.era) return;
      this.view.begin(chat.notice);
      this.cursor = seq;
      this.loaded = true;
      this.show(messages, false);
    } catch (wrong) {
      if (era !== this.era) return;
      if (!(wrong instanceof Refused && wrong.isOver)) throw wrong;
      this.finish("over");
      return;
    }
    this.showOutbox();
    void this.drain();
  }

  say(text: string): void {
    this.take({ id: newMessageId(), text, state: "waiting" });
  }

  /** Returns the id of the message that the pressed button became. */
  press(button: Button): string {
    const id = newMessageId();
    this.take({ id, choice: button.id, title: button.title, state: "waiting" });
    return id;
  }

  /** Sends a message again that has no answer. */
  retry(id: string): void {
    const message = this.outgoing(id);
    if (!message) return;
    memory.put({ ...message, state: "waiting" });
    this.wake();
  }

  /** Takes a message that was not sent out of the outbox; its words go back into the box. */
  takeBack(id: string): void {
    const message = this.outgoing(id);
    if (message) this.giveBack(message);
  }

  /** Looks for what is new, and sends what waits, now: the page is seen again, or the connection is back. */
  wake(): void {
    if (!this.loaded) return;
    this.failures = 0;
    clearTimeout(this.alarm);
    void this.catchUp();
    void this.drain();
  }

  /** Whether it was kept. */
  async giveFeedback(replyId: string, helpful: boolean, comment: string | null): Promise<boolean> {
    try {
      await this.api.giveFeedback(this.token, replyId, helpful, comment);
      return true;
    } catch (wrong) {
      if (wrong instanceof Refused && wrong.isOver) this.finish("over");
      return false;
    }
  }

  /** Erases the conversation everywhere. Whether it is gone. */
  async erase(): Promise<boolean> {
    try {
      if (this.token) await this.api.eraseSession(this.token);
    } catch (wrong) {
      if (!(wrong instanceof Refused && wrong.isOver)) return false;
    }
    memory.forget();
    this.leave();
    this.view.end("asked");
    return true;
  }

  private take(message: Outgoing): void {
    memory.put(message);
    this.view.showMessage({ id: message.id, text: wordsOf(message), at: new Date().toISOString() });
    this.view.showDelivery(message.id, { state: this.failures ? "offline" : "sending" });
    void this.drain();
  }

  private outgoing(id: string): Outgoing | undefined {
    return memory.chat?.outbox.find((one) => one.id === id);
  }

  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    this.view.showTyping(true);
    const { era } = this;
    try {
      for (;;) {
        const next = memory.chat?.outbox.find(({ state }) => state === "waiting");
        if (!next || era !== this.era || !(await this.deliver(next, era))) break;
      }
    } finally {
      // A new conversation that began meanwhile has a turn of its own.
      if (era === this.era) {
        this.draining = false;
        this.view.showTyping(false);
      }
    }
  }

  /** Sends one message. Whether the next one may be sent now. */
  private async deliver(message: Outgoing, era: number): Promise<boolean> {
    // Tried again by itself it stays "not sent yet": nobody wants to see, or hear, that come and go.
    if (!this.failures) this.view.showDelivery(message.id, { state: "sending" });
    try {
      const { seq, replies } = await this.api.sendMessage(this.token, message);
      if (era !== this.era) return false;
      this.failures = 0;
      // Nobody else said anything in between: there is nothing to read again.
      if (seq === this.cursor + 2) this.cursor = seq;
      this.receive(message, replies);
      return true;
    } catch (wrong) {
      if (era !== this.era) return false;
      // Its answer was read from the transcript meanwhile.
      if (!this.outgoing(message.id)) return true;
      return wrong instanceof Refused ? this.refuse(message, wrong) : this.fail(message, wrong);
    }
  }

  private receive(message: Outgoing, replies: readonly Reply[]): void {
    if (replies.every(({ outcomes }) => outcomes.includes("unavailable"))) {
      memory.put({ ...message, state: "unanswered" });
      this.view.showDelivery(message.id, { state: "unanswered", text: replies.map(({ text }) => text).join("\n\n") });
      this.lookAgain();
      return;
    }
    this.settle(message.id, replies, { at: new Date().toISOString(), fresh: true });
    const unread = replies.some(({ outcomes }) => outcomes.includes("unreadable"));
    if (unread && message.text && [...message.text].length > TOO_LONG_CHARACTERS) this.view.giveBack(message.text);
  }

  private fail(message: Outgoing, wrong: unknown): boolean {
    if (!(wrong instanceof ConnectionFailed)) throw wrong;
    if (!this.failures) this.view.showDelivery(message.id, { state: "offline" });
    this.wakeIn(Math.min(FIRST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS));
    this.failures += 1;
    return false;
  }

  private refuse(message: Outgoing, wrong: Refused): boolean {
    const card = wrong.replies;
    if (card.length) this.settle(message.id, card, { at: new Date().toISOString(), fresh: true });
    if (wrong.isOver) {
      this.finish("over");
      return false;
    }
    if (card.length) return true;
    if (wrong.isForLater) {
      const seconds = wrong.retryAfterSeconds;
      this.view.showDelivery(message.id, { state: wrong.status === 429 ? "later" : "notRecorded", seconds });
      this.wakeIn(seconds * 1000);
      return false;
    }
    if (HOPELESS.has(wrong.status)) {
      this.giveBack(message);
      if (wrong.status === 413) this.view.tell("tooLarge");
      if (wrong.status === 404) this.view.tell("goneButton");
      return true;
    }
    memory.put({ ...message, state: "failed" });
    this.view.showDelivery(message.id, { state: "notSent" });
    return true;
  }

  private giveBack(message: Outgoing): void {
    memory.settle(message.id);
    this.view.removeMessage(message.id);
    if (message.text) this.view.giveBack(message.text);
  }

  private settle(id: string, replies: readonly Reply[], how: { at: string; fresh: boolean }): void {
    memory.settle(id);
    this.view.showDelivery(id, { state: "sent" });
    this.showReplies(replies, { answers: id, ...how });
  }

  private showReplies(replies: readonly Reply[], about: { answers: string | null; at: string; fresh: boolean }): void {
    // Another tab's answer, or a late one, may have been read from the transcript already.
    const first = replies[0];
    if (!first || this.shownReplies.has(first.id)) return;
    for (const { id } of replies) this.shownReplies.add(id);
    this.view.showReplies(replies, about);
  }

  private show(messages: readonly Said[], fresh: boolean): void {
    for (const { role, id, text, at, replies } of messages) {
      if (role === "visitor") this.view.showMessage({ id, text, at });
      else this.settle(id, replies, { at, fresh });
    }
  }

  private showOutbox(): void {
    for (const message of memory.chat?.outbox ?? []) {
      this.view.showMessage({ id: message.id, text: wordsOf(message), at: new Date().toISOString() });
      if (message.state === "failed") this.view.showDelivery(message.id, { state: "notSent" });
      if (message.state === "unanswered") this.view.showDelivery(message.id, { state: "unanswered", text: "" });
    }
  }

  private async catchUp(): Promise<void> {
    const { era } = this;
    try {
      const { messages, seq } = await this.api.readMessages(this.token, this.cursor);
      if (era !== this.era) return;
      this.cursor = Math.max(this.cursor, seq);
      this.show(messages, true);
    } catch (wrong) {
      if (era === this.era && wrong instanceof Refused && wrong.isOver) this.finish("over");
      // Otherwise nothing is said: nobody asked for this, and the next glance at the page tries again.
    }
  }

  private lookAgain(): void {
    this.looks.forEach(clearTimeout);
    this.looks = LOOKS_MS.map((wait) => setTimeout(() => void this.catchUp(), wait));
  }

  private wakeIn(wait: number): void {
    clearTimeout(this.alarm);
    this.alarm = setTimeout(() => void this.drain(), wait);
  }

  private followOtherTab(): void {
    const { chat } = memory;
    if (!chat) {
      if (this.loaded) this.finish("elsewhere");
    } else if (chat.token !== this.token) void this.resume().catch(() => undefined);
    else {
      this.showOutbox();
      void this.catchUp();
    }
  }

  /** Ends it without losing what was written but not stored. */
  private finish(why: End): void {
    const unsent = (memory.chat?.outbox ?? []).filter(({ state, text }) => state !== "unanswered" && text);
    if (why === "over") memory.forget();
    this.leave();
    for (const { id } of unsent) this.view.removeMessage(id);
    if (unsent.length) this.view.giveBack(unsent.map(wordsOf).join("\n"));
    this.view.end(why);
  }

  private leave(): void {
    this.era += 1;
    this.token = "";
    this.cursor = 0;
    this.loaded = false;
    this.draining = false;
    this.failures = 0;
    this.shownReplies = new Set();
    clearTimeout(this.alarm);
    this.looks.forEach(clearTimeout);
    this.view.showTyping(false);
  }
}

function wordsOf({ text, title }: Outgoing): string {
  return text ?? title ?? "";
}
