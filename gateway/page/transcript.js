/** The messages on the screen: what is added, what is said aloud by a screen reader, and what is scrolled to. */

import { announce } from "./announcer.js";
import { failureNote, noticeNote, replyBubble, visitorBubble } from "./bubbles.js";
import { byId, element } from "./dom.js";
import { isSafe, link } from "./links.js";
import { words } from "./words.js";

/**
 * @typedef {import("./api.js").Reply} Reply
 * @typedef {import("./api.js").Button} Button
 */

const scroller = byId("scroller");
const log = byId("log");
const typing = byId("typing");
const choices = byId("choices");

/** @type {Map<string, HTMLElement>} bubbles of the visitor by message id */
const bubbles = new Map();
/** @type {Map<string, HTMLElement>} */
const failures = new Map();
let writing = 0;
let atEnd = false;

// Where the end was in sight it stays so, also when a keyboard slides in or the box grows.
scroller.addEventListener("scroll", () => {
  atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 24;
});
new ResizeObserver(() => {
  if (atEnd) toEnd();
}).observe(scroller);

export const transcript = {
  clear() {
    log.replaceChildren();
    bubbles.clear();
    failures.clear();
    this.dropChoices();
    this.stopTyping();
  },

  /** @param {string} text */
  notice(text) {
    if (text) log.append(noticeNote(text));
  },

  /** @param {string} id @param {string} text */
  visitor(id, text) {
    this.dropChoices();
    const bubble = visitorBubble(text);
    bubbles.set(id, bubble);
    log.append(bubble);
    toEnd();
  },

  /** @param {string} id @returns {boolean} */
  has(id) {
    return bubbles.has(id);
  },

  /** Takes a message of the visitor's away again. @param {string} id */
  remove(id) {
    this.clearFailure(id);
    bubbles.get(id)?.remove();
    bubbles.delete(id);
  },

  /** Moves a message to the end, where its answer will come. @param {string} id */
  moveToEnd(id) {
    const bubble = bubbles.get(id);
    if (bubble && bubble !== log.lastElementChild) log.append(bubble);
    toEnd();
  },

  /** @param {string} id */
  focus(id) {
    bubbles.get(id)?.focus({ preventScroll: true });
  },

  /** @param {string} id @param {Node | string} what @param {(() => void) | null} onRetry */
  fail(id, what, onRetry) {
    this.clearFailure(id);
    const note = failureNote(typeof what === "string" ? element("p", {}, what) : what, onRetry);
    failures.set(id, note);
    const bubble = bubbles.get(id);
    if (bubble) bubble.after(note);
    else log.append(note);
    note.scrollIntoView({ block: "nearest" });
  },

  /** @param {string} id */
  clearFailure(id) {
    failures.get(id)?.remove();
    failures.delete(id);
  },

  /**
   * @param {Reply[]} replies
   * @param {import("./bubbles.js").OnFeedback} onFeedback
   * @param {string} [id] of the message that they answer
   */
  replies(replies, onFeedback, id) {
    const answered = id ? bubbles.get(id) : undefined;
    const made = replies.map((reply) => replyBubble(reply, onFeedback));
    log.append(...made);
    toStartOf(answered ?? made[0]);
  },

  /** @param {Reply[]} replies the newest @param {(button: Button) => void} onPress */
  offer(replies, onPress) {
    const offered = buttonsOf(replies);
    choices.replaceChildren(...offered.map(({ button, title }) => choice(button, title, onPress)));
    choices.hidden = !offered.length;
    announce(offered.length ? words.buttonsFollow(offered.length) : "");
  },

  dropChoices() {
    choices.replaceChildren();
    choices.hidden = true;
    announce("");
  },

  /** @param {boolean} on one more answer is being written, or one less */
  typing(on) {
    writing = Math.max(0, writing + (on ? 1 : -1));
    showTyping();
  },

  stopTyping() {
    writing = 0;
    showTyping();
  },

  toStart() {
    requestAnimationFrame(() => {
      atEnd = false;
      scroller.scrollTop = 0;
    });
  },

  /** Adds what was said before the reload without having it all read aloud. @param {() => void} add */
  quietly(add) {
    log.setAttribute("aria-live", "off");
    add();
    announce("");
    // Browsers tell screen readers of a change after the next layout; the setting has to last until then.
    requestAnimationFrame(() => requestAnimationFrame(() => log.removeAttribute("aria-live")));
    toEnd();
  },
};

/**
 * A form's question stands alone with its answers. Otherwise all replies of the turn put their buttons under the last
 * one: its own first, then those of the earlier ones, which name their section where two buttons read the same.
 * @param {Reply[]} replies
 */
function buttonsOf(replies) {
  const last = replies.at(-1);
  if (!last) return [];
  const shown = last.buttons.some(({ value }) => value !== null) ? [last] : [last, ...replies.slice(0, -1)];
  const titles = shown.flatMap(({ buttons }) => buttons.map(({ title }) => title));
  return shown.flatMap(({ buttons, sources }) =>
    buttons.map((button) => {
      const twice = titles.filter((title) => title === button.title).length > 1;
      return { button, title: twice && sources.length ? `${button.title}: ${sources[0].title}` : button.title };
    }),
  );
}

function choice(button, title, onPress) {
  if (button.href !== null && isSafe(button.href)) return link(title, button.href, "choice");
  const made = element("button", { type: "button", class: "choice" }, title);
  made.addEventListener("click", () => onPress(button));
  return made;
}

function showTyping() {
  if (!writing) {
    typing.replaceChildren();
  } else if (!typing.hasChildNodes()) {
    const dots = element("span", { class: "dots", "aria-hidden": "true" }, ...[1, 2, 3].map(() => element("span")));
    typing.append(element("span", {}, words.typing), dots);
    toEnd();
  }
}

function toEnd() {
  atEnd = true;
  scroller.scrollTop = scroller.scrollHeight;
}

// A long answer is read from its start: the end comes into sight only if all that is new fits.
function toStartOf(first) {
  requestAnimationFrame(() => {
    toEnd();
    const above = scroller.getBoundingClientRect().top - first.getBoundingClientRect().top;
    if (above > 0) scroller.scrollTop -= above + 8;
  });
}
